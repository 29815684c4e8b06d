// The daemon is killed at every named point of its pipeline, with a dinstar alone.
import { killPoints } from "../support/world/suite.ts";

killPoints(["dinstar"], [1]);
