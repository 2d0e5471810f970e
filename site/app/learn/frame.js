// What stands around each lesson.
import "./fv-crumb.js";
import "./fv-lesson-nav.js";
import "./fv-question.js";
