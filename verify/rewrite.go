package verify

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// style is how a program writes JSON that it has parsed.
type style struct {
	how     string // completes "the same JSON"
	comma   string // after each member; a comma when empty
	colon   string // after each name; a colon when empty
	indent  string
	sorted  bool // members by their names
	indexed bool // members whose names are indices first, as in JavaScript
	floats  bool // numbers as the float64 that they are read as
	ascii   bool // letters beyond ASCII as \u
	html    bool // &, < and > as \u
	slashes bool // / as \/
}

var styles = []style{
	{how: "as JavaScript's JSON.stringify writes it", indexed: true, floats: true},
	{how: "as Python's json.dumps writes it", comma: ", ", colon: ": ", ascii: true},
	{how: "as Python's json.dumps with ensure_ascii=False writes it", comma: ", ", colon: ": "},
	{how: "without spaces, and with letters beyond ASCII as \\u", ascii: true},
	{how: "as Go's encoding/json writes it from a struct: with &, < and > as \\u", html: true},
	{how: "as Go's encoding/json writes it from a map: its members sorted, &, < and > as \\u", sorted: true, floats: true, html: true},
	{how: "without spaces, and with its members sorted", sorted: true},
	{how: "as Python's json.dumps with sort_keys=True writes it", comma: ", ", colon: ": ", ascii: true, sorted: true},
	{how: "without spaces, with its members sorted and letters beyond ASCII as \\u", ascii: true, sorted: true},
	{how: "as PHP's json_encode writes it: with slashes and letters beyond ASCII escaped", ascii: true, slashes: true},
	{how: "indented by 2 spaces", colon: ": ", indent: "  "},
	{how: "indented by 4 spaces", colon: ": ", indent: "    "},
	{how: "indented by tabs", colon: ": ", indent: "\t"},
	{how: "indented by 2 spaces, and with its members sorted", colon: ": ", indent: "  ", sorted: true},
}

type rewriting struct {
	text []byte
	how  string
}

// rewritten are the ways in which programs write the JSON of a text; none when
// it has none.
func rewritten(text []byte) []rewriting {
	text = bytes.TrimPrefix(text, []byte(bom))
	var compact bytes.Buffer
	if json.Compact(&compact, text) != nil { // which also bounds how deep it goes
		return nil
	}
	list := []rewriting{{compact.Bytes(), "without spaces"}}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	value := parsed(decoder)
	ways := styles
	if bytes.ContainsRune(text, '\\') { // or it would be as it is already
		ways = append([]style{{how: "written without escapes"}}, ways...)
	}
	for _, s := range ways {
		s.comma, s.colon = cmp.Or(s.comma, ","), cmp.Or(s.colon, ":")
		var b bytes.Buffer
		s.write(&b, value, "\n")
		list = append(list, rewriting{b.Bytes(), s.how})
	}
	return list
}

type object []member

type member struct {
	name  string
	value any
}

// parsed reads one value of JSON that is known to be good. Of a name that is
// there twice the last value stands in the first place, as most readers have it.
func parsed(d *json.Decoder) any {
	token, _ := d.Token()
	switch token {
	case json.Delim('['):
		list := []any{}
		for d.More() {
			list = append(list, parsed(d))
		}
		_, _ = d.Token()
		return list
	case json.Delim('{'):
		var o object
		at := map[string]int{}
		for d.More() {
			name, _ := d.Token()
			text, _ := name.(string)
			i, twice := at[text]
			if !twice {
				i = len(o)
				at[text] = i
				o = append(o, member{name: text})
			}
			o[i].value = parsed(d)
		}
		_, _ = d.Token()
		return o
	}
	return token
}

// index is where JavaScript puts a member that is named like an index.
func (m member) index() uint64 {
	i, err := strconv.ParseUint(m.name, 10, 32)
	if err != nil || strconv.FormatUint(i, 10) != m.name {
		return math.MaxUint32
	}
	return i
}

// ordered is an object's members in the order of the style.
func (s style) ordered(o object) object {
	o = slices.Clone(o)
	if s.sorted {
		slices.SortStableFunc(o, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	}
	if s.indexed {
		slices.SortStableFunc(o, func(a, b member) int { return cmp.Compare(a.index(), b.index()) })
	}
	return o
}

// write writes a value; line is what begins a line where it stands.
func (s style) write(b *bytes.Buffer, value any, line string) {
	switch v := value.(type) {
	case object:
		members := s.ordered(v)
		s.list(b, "{}", len(members), line, func(i int, line string) {
			s.text(b, members[i].name)
			b.WriteString(s.colon)
			s.write(b, members[i].value, line)
		})
	case []any:
		s.list(b, "[]", len(v), line, func(i int, line string) { s.write(b, v[i], line) })
	case string:
		s.text(b, v)
	case json.Number:
		b.WriteString(s.number(v))
	case nil:
		b.WriteString("null")
	default:
		fmt.Fprint(b, v)
	}
}

func (s style) list(b *bytes.Buffer, brackets string, n int, line string, element func(i int, line string)) {
	inner := ""
	if s.indent != "" && n > 0 {
		inner = line + s.indent
	}
	b.WriteByte(brackets[0])
	for i := range n {
		if i > 0 {
			b.WriteString(s.comma)
		}
		b.WriteString(inner)
		element(i, inner)
	}
	if inner != "" {
		b.WriteString(line)
	}
	b.WriteByte(brackets[1])
}

// number writes a float64 as ECMAScript does; encoding/json's way is that, but
// for -0, and for what is too large, which is null in JavaScript.
func (s style) number(n json.Number) string {
	if !s.floats {
		return n.String()
	}
	f, _ := n.Float64() // an infinity when it is too large
	if s.indexed {
		f += 0
	}
	text, err := json.Marshal(f)
	if err != nil {
		return "null"
	}
	return string(text)
}

// short are the escapes that have a letter.
var short = strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// beyond is the first letter that takes two escapes.
const beyond = 0x10000

func (s style) text(b *bytes.Buffer, text string) {
	b.WriteByte('"')
	for _, r := range short.Replace(text) {
		switch {
		case r < ' ',
			s.ascii && r > '~' && r < beyond,
			s.html && strings.ContainsRune("&<>\u2028\u2029", r):
			fmt.Fprintf(b, `\u%04x`, r)
		case s.ascii && r >= beyond:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		case s.slashes && r == '/':
			b.WriteString(`\/`)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
