package account

import (
	"strings"

	"github.com/lianxi-cc/lianxi/web/visit"
)

// browser names a browser the way people know it: "Firefox · Windows".
func browser(v *visit.Visit, agent string) string {
	name := first(agent, [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"MicroMessenger", "微信"}, {"Firefox/", "Firefox"},
		{"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}})
	system := first(agent, [][2]string{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Mac OS X", "macOS"}, {"Linux", "Linux"}})
	switch {
	case name == "" && system == "":
		return v.Text("web.account.browser.unknown")
	case name == "" || system == "":
		return name + system
	}
	return name + " · " + system
}

func first(agent string, marks [][2]string) string {
	for _, m := range marks {
		if strings.Contains(agent, m[0]) {
			return m[1]
		}
	}
	return ""
}
