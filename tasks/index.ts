import { systemTasks } from "./system/index.ts";

export default [...systemTasks];
