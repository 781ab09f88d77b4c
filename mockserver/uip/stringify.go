package uip

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// stringified writes JSON again as JavaScript's JSON.stringify would after its
// JSON.parse. UIP's own sample of a receiver hashes JSON.stringify(req.body) and
// not the bytes that came: what is sent has to be what that makes of it, also
// when a patch brought what JavaScript writes in another way, such as 98.0.
func stringified(text []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var b bytes.Buffer
	write(&b, parsed(decoder))
	return b.Bytes()
}

// object is a JSON object in JavaScript's order of members.
type object []member

type member struct {
	name  string
	value any
}

// parsed reads one value of JSON that is known to be good. The types are those
// of encoding/json, but for objects.
func parsed(d *json.Decoder) any {
	token := next(d)
	switch token {
	case json.Delim('['):
		list := []any{}
		for d.More() {
			list = append(list, parsed(d))
		}
		next(d) // the bracket that closes it
		return list
	case json.Delim('{'):
		var members object
		at := map[string]int{}
		for d.More() {
			name := next(d).(string)
			i, twice := at[name]
			if !twice {
				i = len(members)
				at[name] = i
				members = append(members, member{name: name})
			}
			members[i].value = parsed(d)
		}
		next(d)
		slices.SortStableFunc(members, func(a, b member) int { return cmp.Compare(a.index(), b.index()) })
		return members
	}
	return token
}

func next(d *json.Decoder) json.Token {
	token, err := d.Token()
	if err != nil {
		panic(err) // it was made by encoding/json
	}
	return token
}

// index is where JavaScript puts a member whose name is the index of an array:
// before all others, in the order of numbers.
func (m member) index() uint64 {
	i, err := strconv.ParseUint(m.name, 10, 32)
	if err != nil || strconv.FormatUint(i, 10) != m.name {
		return math.MaxUint32
	}
	return i
}

func write(b *bytes.Buffer, value any) {
	switch v := value.(type) {
	case object:
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, m.name)
			b.WriteByte(':')
			write(b, m.value)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, element := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, element)
		}
		b.WriteByte(']')
	case string:
		writeText(b, v)
	case json.Number:
		writeNumber(b, v)
	case nil:
		b.WriteString("null")
	default:
		fmt.Fprint(b, v)
	}
}

// writeNumber writes the float64 that JavaScript reads, as encoding/json does:
// that is ECMAScript's way, but for -0, which JSON.stringify writes as 0, and for
// what is too large for one, which it writes as null.
func writeNumber(b *bytes.Buffer, n json.Number) {
	f, _ := n.Float64() // an infinity when out of range
	text, err := json.Marshal(f + 0)
	if err != nil {
		text = []byte("null")
	}
	b.Write(text)
}

// escapes are what JSON.stringify writes short.
var escapes = [utf8.RuneSelf]string{
	'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
}

func writeText(b *bytes.Buffer, text string) {
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf && escapes[r] != "":
			b.WriteString(escapes[r])
		case r < ' ':
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
