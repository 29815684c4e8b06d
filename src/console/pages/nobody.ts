// The page for what is not there, or not for this visitor: nobody can tell which.
import { troublePage } from "../layout.ts";
import type { Page, Visit } from "../visit.ts";

export const nobody = ({ words }: Visit): Page => troublePage(words, "console-not-found", 404);
