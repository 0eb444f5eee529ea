// What pages do beyond what they can without script.
"use strict";
