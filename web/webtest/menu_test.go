package webtest

import (
	"testing"

	"github.com/lianxi-cc/lianxi/staff"
)

// crowded tells what is wrong with the menu as it stands: a label that is cut, or
// a way that lies over another one or outside the bar.
const crowded = `(() => {
  const wrong = [];
  const bar = document.querySelector(".nav").getBoundingClientRect();
  const end = document.querySelector(".top-end").getBoundingClientRect();
  const ways = [...document.querySelectorAll(".nav > a, .nav-more > summary")].filter((el) => el.checkVisibility() && el.getBoundingClientRect().width > 0);
  let right = 0;
  for (const way of ways) {
    const box = way.getBoundingClientRect(), label = way.querySelector("span"), words = label.getBoundingClientRect();
    if (label.scrollWidth > label.clientWidth || words.left < box.left - 1 || words.right > box.right + 1) wrong.push("cut: " + label.textContent);
    if (box.left < right - 1) wrong.push("over its neighbour: " + label.textContent);
    if (box.top < bar.top - 1 || box.bottom > bar.bottom + 1 || box.right > innerWidth) wrong.push("outside the bar: " + label.textContent);
    if (end.top < bar.bottom && bar.top < end.bottom && box.right > end.left) wrong.push("under what stands at the end: " + label.textContent);
    right = box.right;
  }
  if (end.right > document.querySelector(".top-in").getBoundingClientRect().right - 15) wrong.push("the bar is too long");
  if (ways.length < 1) wrong.push("no ways at all");
  return wrong;
})()`

// TestTheMenuFits: for every role, and for somebody who holds all of them, in both
// languages and on every screen.
func TestTheMenuFits(t *testing.T) {
	c := Staffed(t)
	everybody := staff.RolesOf(staff.Advisor, staff.Instructor, staff.Evaluator, staff.Lead, staff.Administrator, staff.Auditor)
	head, err := c.Staff.CreatePerson(t.Context(), c.Admin, staff.NewPerson{Name: "head", Display: "周全", Roles: everybody, Password: Password, Settled: true})
	if err != nil {
		t.Fatal(err)
	}
	class, err := c.Staff.CreateTeam(t.Context(), c.Admin, staff.ClassKind, "四月班")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Staff.SetMember(t.Context(), c.Admin, class.ID, head.ID, staff.Head); err != nil {
		t.Fatal(err)
	}
	names := []string{"head"}
	for role := range c.People {
		names = append(names, role.String())
	}
	b := NewBrowser(t, c.URL)
	for _, name := range names {
		b.SignOut(t)
		b.SignIn(t, name)
		for _, lang := range []string{"zh-CN", "en"} {
			b.Cookie(t, "lianxi_language", lang)
			b.Open(t, "/")
			for _, width := range []int64{320, 390, 761, 900, 901, 1040, 1041, 1200, 1201, 1440} {
				b.Size(t, width, 800)
				for _, wrong := range Eval[[]string](t, b, crowded) {
					t.Errorf("%s, %s, %d px: %s", name, lang, width, wrong)
				}
			}
		}
	}
}

// TestWhatTheMenuHoldsBackIsOneStepAway: on a phone, by mouse and by keyboard.
func TestWhatTheMenuHoldsBackIsOneStepAway(t *testing.T) {
	c := Staffed(t)
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "instructor")
	b.Size(t, 390, 844)
	b.Open(t, "/")
	b.Click(t, ".nav-more > summary")
	b.Check(t, "the menu, opened")
	b.Shot(t, "menu-open")
	b.Press(t, "Escape")
	if Eval[bool](t, b, `document.querySelector(".nav-more").open`) {
		t.Error("Escape does not close it")
	}
	b.Press(t, "Enter") // the focus is back on it
	b.Click(t, ".nav-more .menu-box a[href='/people']")
	b.Until(t, `location.pathname === "/people"`)
	if !Eval[bool](t, b, `document.querySelector(".nav-more > summary.here") !== null && document.querySelectorAll(".nav [aria-current]").length === 2`) {
		t.Error("the menu does not show where one is")
	}
}
