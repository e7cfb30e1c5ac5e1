// Package vendored carries the parts of the pages that others made: style
// sheet, icons and scripts. README.md names each with version, licence and
// checksum; nothing is fetched from elsewhere at run time.
package vendored

import "embed"

// FS holds the files beside this one that a browser may ask for.
//
//go:embed tabler.min.css tabler-icons.svg htmx.min.js htmx-ext-sse.js
var FS embed.FS
