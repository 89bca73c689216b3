import "./base.js";
import "../week/copy-preview.js";
