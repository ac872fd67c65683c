export { diagnose, type DiagnoseOptions } from "./diagnose.ts";
