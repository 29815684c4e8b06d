// The daemon is killed at every named point of its pipeline, with a synway alone.
import { killPoints } from "../support/world/suite.ts";

killPoints(["synway"], [1]);
