/**
 * Post the signed answer to the LMS at once; the button does the same where scripts are off.
 *
 * Going back here asks before anything is sent twice: the page is the answer to a form itself.
 */

document.querySelectorAll("[data-hand-back]").forEach((form) => form.submit());
