package webtest

import (
	"os"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/staff"
)

// TestLook only takes pictures, for people: LIANXI_LOOK names the paths.
func TestLook(t *testing.T) {
	paths := strings.Fields(os.Getenv("LIANXI_LOOK"))
	if len(paths) == 0 {
		t.Skip("set LIANXI_LOOK to paths, as role:/path, to have pictures taken")
	}
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	fill := strings.NewReplacer("PERSON", string(c.People[staff.Trainee].ID), "TALK", string(call.Conversation), "DRAFT", c.draftPath(t))
	b := NewBrowser(t, c.URL)
	was := ""
	for _, entry := range paths {
		role, path, _ := strings.Cut(entry, ":")
		if role != was && role != "" {
			b.Size(t, 1440, 900)
			b.SignOut(t)
			b.SignIn(t, role)
		}
		was = role
		for _, lang := range strings.Fields(or(os.Getenv("LIANXI_LANGS"), "zh-CN en")) {
			b.Cookie(t, "lianxi_language", lang)
			for _, theme := range strings.Fields(or(os.Getenv("LIANXI_THEMES"), "light")) {
				b.Theme(t, theme)
				for _, size := range strings.Fields(or(os.Getenv("LIANXI_SIZES"), "1440 390")) {
					width, height := int64(1440), int64(900)
					if size == "390" {
						width, height = 390, 844
					}
					b.Size(t, width, height)
					b.Open(t, fill.Replace(path))
					b.Shot(t, strings.Trim(strings.NewReplacer("/", "-", "?", "-").Replace(role+path), "-")+"."+lang+"."+theme+"."+size)
				}
			}
		}
	}
	for _, x := range b.Trouble() {
		t.Error(x)
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
