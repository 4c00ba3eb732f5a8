import { emptyTask } from "hardhat/config";

export default [emptyTask("system", "Deploy, inspect and demonstrate the whole suite").build()];
