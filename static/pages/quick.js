import "../week/palette.js";
