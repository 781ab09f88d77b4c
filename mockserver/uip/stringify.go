package uip

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// stringified writes JSON again as JavaScript's JSON.stringify would, compact
// and with no more escapes than there must be. UIP's own sample of a receiver
// hashes JSON.stringify(req.body) and not the bytes that came: what is sent has
// to be what that makes of it. Numbers beyond 2^53, members whose names are
// numbers and lone surrogates, which only a patch can bring, JavaScript reads
// as something else.
func stringified(text []byte) []byte {
	s := stringifier{decoder: json.NewDecoder(bytes.NewReader(text))}
	s.decoder.UseNumber()
	s.value()
	return s.out.Bytes()
}

// stringifier walks through JSON that is known to be good.
type stringifier struct {
	decoder *json.Decoder
	out     bytes.Buffer
}

func (s *stringifier) value() {
	token, err := s.decoder.Token()
	if err != nil {
		panic(err) // it was made by encoding/json
	}
	switch v := token.(type) {
	case json.Delim:
		s.nested(v)
	case string:
		s.text(v)
	case json.Number:
		s.number(v)
	case nil:
		s.out.WriteString("null")
	default:
		fmt.Fprint(&s.out, v)
	}
}

// nested writes an object or an array.
func (s *stringifier) nested(open json.Delim) {
	s.out.WriteString(open.String())
	for i := 0; s.decoder.More(); i++ {
		if i > 0 {
			s.out.WriteByte(',')
		}
		if open == '{' {
			s.value() // a name, which is a string
			s.out.WriteByte(':')
		}
		s.value()
	}
	end, err := s.decoder.Token()
	if err != nil {
		panic(err)
	}
	fmt.Fprint(&s.out, end)
}

// number writes an integer as it stands and any other number as ECMAScript
// would, which is how encoding/json writes a float64.
func (s *stringifier) number(n json.Number) {
	text := n.String()
	if f, err := n.Float64(); err == nil && strings.ContainsAny(text, ".eE") {
		if written, err := json.Marshal(f); err == nil {
			text = string(written)
		}
	}
	if text == "-0" { // JavaScript has it and does not write it
		text = "0"
	}
	s.out.WriteString(text)
}

// escapes are what JSON.stringify writes short.
var escapes = [utf8.RuneSelf]string{
	'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
}

func (s *stringifier) text(t string) {
	s.out.WriteByte('"')
	for _, r := range t {
		switch {
		case r < utf8.RuneSelf && escapes[r] != "":
			s.out.WriteString(escapes[r])
		case r < ' ':
			fmt.Fprintf(&s.out, `\u%04x`, r)
		default:
			s.out.WriteRune(r)
		}
	}
	s.out.WriteByte('"')
}
