package scorecards

// Line is one line of a comparison. Kind is "+" for added, "-" for removed,
// "" for one beside a change, "…" for what was left out.
type Line struct{ Kind, Text string }

// around is how many lines beside a change are shown.
const around = 2

// maxDiff bounds the work: texts with more lines are shown as changed whole.
const maxDiff = 3000

// diff compares two texts line by line and returns what changed with the lines
// around it; nothing when they are the same.
func diff(a, b []string) []Line {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	if head == len(a) && head == len(b) {
		return nil
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var all []Line
	for _, l := range a[:head] {
		all = append(all, Line{"", l})
	}
	all = append(all, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, l := range a[len(a)-tail:] {
		all = append(all, Line{"", l})
	}
	return shown(all)
}

// middle compares by the longest common subsequence of lines.
func middle(a, b []string) []Line {
	if len(a) > maxDiff || len(b) > maxDiff {
		a, b = a[:min(len(a), maxDiff)], b[:min(len(b), maxDiff)]
	}
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var out []Line
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, Line{"", a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[i+1][j] >= longest[i][j+1]:
			out = append(out, Line{"-", a[i]})
			i++
		default:
			out = append(out, Line{"+", b[j]})
			j++
		}
	}
	return out
}

// shown leaves out the lines far from any change.
func shown(all []Line) []Line {
	near := make([]bool, len(all))
	for i, l := range all {
		if l.Kind == "" {
			continue
		}
		for k := max(0, i-around); k <= min(len(all)-1, i+around); k++ {
			near[k] = true
		}
	}
	var out []Line
	for i, l := range all {
		switch {
		case near[i]:
			out = append(out, l)
		case len(out) > 0 && out[len(out)-1].Kind != "…":
			out = append(out, Line{"…", ""})
		}
	}
	if n := len(out); n > 0 && out[n-1].Kind == "…" {
		out = out[:n-1]
	}
	return out
}
