package scenarios

import (
	"fmt"
	"strconv"
	"strings"

	"kycmock/mockserver/fault"
)

// unknown words that there is no such thing.
func unknown(what, word string, names []string) string {
	return fmt.Sprintf("unknown %s %s%s", what, shortened(word), suggested(word, names))
}

// suggested says which name was probably meant, or else which there are.
func suggested(word string, names []string) string {
	if near := fault.Nearest(word, names); near != "" {
		return ", did you mean " + near + "?"
	}
	if len(names) == 0 {
		return ", there are none"
	}
	const most = 25
	if len(names) > most {
		return ", want one of " + strings.Join(names[:most], ", ") + " and others"
	}
	return ", want one of " + strings.Join(names, ", ")
}

// inQuotes is a text of the scenario as it may be repeated in a message.
func inQuotes(text string) string { return strconv.Quote(shortened(text)) }

// shortened cuts a text that is too long to be repeated.
func shortened(text string) string {
	const most = 60
	runes := []rune(text[:min(len(text), 4*most)])
	if len(text) == len(string(runes)) && len(runes) <= most {
		return text
	}
	return string(runes[:min(len(runes), most)]) + "..."
}
