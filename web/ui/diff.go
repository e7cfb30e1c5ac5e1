package ui

// DiffLine is one line of a comparison. Kind is "+" for added, "-" for removed,
// "" for one beside a change, "…" for what was left out.
type DiffLine struct{ Kind, Text string }

// around is how many lines beside a change are shown.
const around = 2

// maxDiff bounds the work: texts with more lines are shown as changed whole.
const maxDiff = 3000

// Diff compares two texts line by line and returns what changed with the lines
// around it; nothing when they are the same.
func Diff(a, b []string) []DiffLine {
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
	var all []DiffLine
	for _, l := range a[:head] {
		all = append(all, DiffLine{"", l})
	}
	all = append(all, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, l := range a[len(a)-tail:] {
		all = append(all, DiffLine{"", l})
	}
	return shown(all)
}

// middle compares by the longest common subsequence of lines.
func middle(a, b []string) []DiffLine {
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
	var out []DiffLine
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, DiffLine{"", a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[i+1][j] >= longest[i][j+1]:
			out = append(out, DiffLine{"-", a[i]})
			i++
		default:
			out = append(out, DiffLine{"+", b[j]})
			j++
		}
	}
	return out
}

// shown leaves out the lines far from any change.
func shown(all []DiffLine) []DiffLine {
	near := make([]bool, len(all))
	for i, l := range all {
		if l.Kind == "" {
			continue
		}
		for k := max(0, i-around); k <= min(len(all)-1, i+around); k++ {
			near[k] = true
		}
	}
	var out []DiffLine
	for i, l := range all {
		switch {
		case near[i]:
			out = append(out, l)
		case len(out) > 0 && out[len(out)-1].Kind != "…":
			out = append(out, DiffLine{"…", ""})
		}
	}
	if n := len(out); n > 0 && out[n-1].Kind == "…" {
		out = out[:n-1]
	}
	return out
}

func diffClass(l DiffLine) string {
	switch l.Kind {
	case "+":
		return "added"
	case "-":
		return "removed"
	case "…":
		return "gap"
	}
	return ""
}

func diffMark(l DiffLine) string {
	if l.Kind == "" {
		return "  "
	}
	return l.Kind + " "
}
