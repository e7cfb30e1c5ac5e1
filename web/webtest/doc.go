// Package webtest holds the tests of the pages as a whole: over a real centre
// in a temporary folder, by requests and with a browser.
package webtest
