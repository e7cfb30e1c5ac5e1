package ui

import (
	"fmt"
	"strings"
)

// The drawing of a mood line: width and height in its own units, and the
// space kept free for the dots at the edges.
const (
	moodWide  = 1000
	moodHigh  = 100
	moodInset = 8
)

// moodX and moodY place the i-th of n points on the drawing.
func moodX(i, n int) int {
	if n < 2 {
		return moodWide / 2
	}
	return moodInset + i*(moodWide-2*moodInset)/(n-1)
}

func moodY(level int) int {
	return moodHigh - moodInset - max(0, min(1000, level))*(moodHigh-2*moodInset)/1000
}

// moodPath is the line through all points.
func moodPath(points []MoodPoint) string {
	var b strings.Builder
	for i, p := range points {
		cmd := "L"
		if i == 0 {
			cmd = "M"
		}
		fmt.Fprintf(&b, "%s%d %d", cmd, moodX(i, len(points)), moodY(p.Level))
	}
	return b.String()
}

// moodArea closes the line along the ground.
func moodArea(points []MoodPoint) string {
	if len(points) == 0 {
		return ""
	}
	last := moodX(len(points)-1, len(points))
	return fmt.Sprintf("%sL%d %dL%d %dZ", moodPath(points), last, moodHigh, moodX(0, len(points)), moodHigh)
}
