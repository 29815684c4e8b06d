// The daemon is killed at every named point of its pipeline, with both gateways.
import { killPoints } from "../support/world/suite.ts";

killPoints(["dinstar", "synway"], [2]);
