package scenarios

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// parse reads the first two documents of a text: a second one is one too many.
func parse(text []byte) ([]*yaml.Node, *Problem) {
	if wrong := unreadable(text); wrong != nil {
		return nil, wrong
	}
	var documents []*yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for len(documents) < 2 {
		var n yaml.Node
		err := decoder.Decode(&n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, misspelt(text, err)
		}
		documents = append(documents, &n)
	}
	return documents, nil
}

// unreadable finds a character that no YAML can hold.
func unreadable(text []byte) *Problem {
	line, column := 1, 1
	for rest := text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			return &Problem{Line: line, Column: column, Message: "want text in UTF-8, got the byte 0x" + strconv.FormatUint(uint64(rest[0]), 16)}
		case r == '\n':
			line, column = line+1, 0
		case r < ' ' && r != '\t' && r != '\r', r == 0x7f:
			return &Problem{Line: line, Column: column, Message: "a control character cannot stand in YAML; in double quotes write it as \\x" + strconv.FormatInt(int64(r)+0x100, 16)[1:]}
		}
		column, rest = column+1, rest[size:]
	}
	return nil
}

// mistakes say in other words what the YAML parser finds.
var mistakes = []struct{ found, words string }{
	{"mapping values are not allowed", "a colon where none can be: put a text with a colon in quotes, or mend the indentation"},
	{"could not find expected ':'", "a line without a colon where a member was wanted: write name: value, or mend the indentation"},
	{"did not find expected key", "a line that does not fit those above: mend its indentation, or close what was opened before it"},
	{"did not find expected '-'", "a line that does not fit the list above: begin it with a hyphen, or mend its indentation"},
	{"did not find expected ','", "a bracket or brace that is not closed, or within it a text with a colon and a space that is not in quotes"},
	{"did not find expected node content", "a bracket or brace with nothing in it where something was wanted"},
	{"found unexpected end of stream", "a quote that is not closed"},
	{"found unexpected document indicator", "a quote that is not closed"},
	{"found character that cannot start any token", "a text cannot begin with this character: put it in quotes, and indent with spaces, not tabs"},
	{"found a tab character", "a tab: YAML is indented with spaces"},
	{"unknown escape character", "an unknown escape in double quotes: write \\\\ for a backslash, or use single quotes"},
	{"expected alphabetic or numeric character", "an & or * with no name behind it: put the text in quotes"},
	{"unknown anchor", "a text cannot begin with an asterisk: put it in quotes"},
}

var parserError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// misspelt words a mistake in the YAML.
func misspelt(text []byte, err error) *Problem {
	line, said := parsedError(err)
	p := &Problem{Line: max(1, line), Message: "this is not YAML: " + said}
	switch {
	case strings.HasPrefix(said, "did not find expected"):
		p.Line = brokenAt(text, said)
	case strings.HasPrefix(said, "unknown anchor"):
		name := strings.Split(said, "'")[1]
		before, _, _ := bytes.Cut(text, []byte("*"+name))
		p.Line = bytes.Count(before, []byte("\n")) + 1
		p.Column = utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	}
	for _, m := range mistakes {
		if strings.Contains(said, m.found) {
			p.Message = m.words
			break
		}
	}
	p.Line = min(p.Line, bytes.Count(bytes.TrimRight(text, "\n"), []byte("\n"))+1)
	if column := leadingTab(text, p.Line); column > 0 {
		p.Column, p.Message = column, "a tab: YAML is indented with spaces"
	}
	return p
}

// leadingTab is the column of a tab in the indentation of a line, 0 when there
// is none.
func leadingTab(text []byte, line int) int {
	found := bytes.Split(text, []byte("\n"))[line-1]
	indentation := found[:len(found)-len(bytes.TrimLeft(found, " \t"))]
	return bytes.IndexByte(indentation, '\t') + 1
}

func parsedError(err error) (line int, said string) {
	parts := parserError.FindStringSubmatch(err.Error())
	if parts == nil {
		return 0, err.Error()
	}
	line, _ = strconv.Atoi(parts[1])
	return line, parts[2]
}

// brokenAt finds the line that breaks a text. What the parser says is where the
// block began that it could not read to its end.
func brokenAt(text []byte, said string) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	good, broken := 0, len(lines)
	for broken-good > 1 {
		middle := (good + broken) / 2
		err := yaml.Unmarshal(bytes.Join(lines[:middle], nil), new(yaml.Node))
		if err == nil {
			good = middle
			continue
		}
		if _, now := parsedError(err); now == said {
			broken = middle
		} else {
			good = middle
		}
	}
	return broken
}
