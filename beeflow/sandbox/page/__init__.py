"""The page to look at the sandbox and play with it: `index.html`, `style.css`, `script.js`."""
