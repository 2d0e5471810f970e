// What every lesson's page has around its own part.
import "./fv-crumb.js";
import "./fv-lesson-nav.js";
import "./fv-question.js";
