// Send the page's form on at once; without scripts its button does the same.
document.querySelector("form[data-auto-submit]")?.submit();
