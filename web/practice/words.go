package practice

import (
	"strings"

	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/web/ui"
)

// joined lists words the way the reader's language does.
func joined(r ui.Reader, words []string) string {
	if r.Lang() == locale.English {
		return strings.Join(words, ", ")
	}
	return strings.Join(words, "、")
}

func channelIcon(it Item) string {
	switch {
	case it.Channel == "chat":
		return "message-circle"
	case it.Direction == "outbound":
		return "phone-outgoing"
	}
	return "phone-incoming"
}
