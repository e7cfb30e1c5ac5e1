package webtest

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// node is an element of a page.
type node struct {
	tag      string
	attr     map[string]string
	text     string // of itself and all below it
	children []*node
}

// Answer is a page that came back.
type Answer struct {
	*http.Response
	Body string
	root *node
}

// Get fetches a path.
func Get(t testing.TB, client *http.Client, address string) Answer {
	t.Helper()
	response, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

// Post sends a form.
func Post(t testing.TB, client *http.Client, address string, form url.Values) Answer {
	t.Helper()
	response, err := client.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

func read(t testing.TB, response *http.Response) Answer {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Answer{Response: response, Body: string(body), root: parse(t, string(body))}
}

// parse reads a page as our templates write it: void elements without an end,
// attributes without a value, everything else closed.
func parse(t testing.TB, page string) *node {
	t.Helper()
	root := &node{}
	stack := []*node{root}
	in := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!doctype html>")))
	in.Strict, in.AutoClose, in.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := in.Token()
		if err != nil {
			return root
		}
		switch x := token.(type) {
		case xml.StartElement:
			n := &node{tag: x.Name.Local, attr: map[string]string{}}
			for _, a := range x.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			top := stack[len(stack)-1]
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:max(1, len(stack)-1)]
		case xml.CharData:
			for _, n := range stack {
				n.text += string(x)
			}
		}
	}
}

// All returns the elements that a selector finds: compounds of tag, .class,
// #id and [attr] or [attr=value], one inside the other.
func (a Answer) All(selector string) []*node {
	found := []*node{a.root}
	for _, step := range strings.Fields(selector) {
		var next []*node
		for _, n := range found {
			n.walk(func(below *node) {
				if below.matches(step) && !slices.Contains(next, below) {
					next = append(next, below)
				}
			})
		}
		found = next
	}
	return found
}

// One returns the only element that a selector finds.
func (a Answer) One(t testing.TB, selector string) *node {
	t.Helper()
	found := a.All(selector)
	if len(found) != 1 {
		t.Fatalf("%s %s: %d elements are %s, want one", a.Request.Method, a.Request.URL.Path, len(found), selector)
	}
	return found[0]
}

// Says reports whether the text of an element holds words.
func (n *node) Says(words string) bool {
	return strings.Contains(strings.Join(strings.Fields(n.text), " "), words)
}

func (n *node) walk(fn func(*node)) {
	for _, c := range n.children {
		fn(c)
		c.walk(fn)
	}
}

func (n *node) matches(step string) bool {
	for step != "" {
		end := len(step)
		if i := strings.IndexAny(step[1:], ".#["); i >= 0 {
			end = i + 1
		}
		if step[0] == '[' {
			end = strings.Index(step, "]") + 1
		}
		part := step[:end]
		step = step[end:]
		switch part[0] {
		case '.':
			if !slices.Contains(strings.Fields(n.attr["class"]), part[1:]) {
				return false
			}
		case '#':
			if n.attr["id"] != part[1:] {
				return false
			}
		case '[':
			name, value, given := strings.Cut(strings.Trim(part, "[]"), "=")
			if got, ok := n.attr[name]; !ok || given && got != value {
				return false
			}
		default:
			if n.tag != part {
				return false
			}
		}
	}
	return true
}
