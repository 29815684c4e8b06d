// The daemon is killed at every named point of its pipeline, with people who write in a chat, too.
import { killPoints } from "../support/world/suite.ts";

killPoints(["dinstar"], [2], true);
