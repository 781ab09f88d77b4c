package provider_test

import (
	"encoding/json"
	"testing"

	"kycmock/mockserver/provider"
)

func TestAnObjectKeepsItsOrderAndLeavesOutWhatIsEmpty(t *testing.T) {
	var o provider.Object
	o.Add("z", 1)
	o.Add("none", provider.Object{})
	o.Add("nothing", []any(nil))
	o.Add("a", provider.Object{{Name: "<b>", Value: "x&y"}})
	o.Add("false", false)
	o.Mask("z", "***")
	o.Mask("other", "***")
	if text, err := json.Marshal(o); err != nil || string(text) != `{"z":"***","a":{"\u003cb\u003e":"x\u0026y"},"false":false}` {
		t.Errorf("%v: %s", err, text)
	}
	if text, err := json.Marshal(provider.Object(nil)); err != nil || string(text) != `{}` {
		t.Errorf("%v: %s", err, text)
	}
	if _, err := json.Marshal(provider.Object{{Name: "a", Value: make(chan int)}}); err == nil {
		t.Error("what is no JSON was written")
	}
}

func TestOnlyWhatDiffersIsLeft(t *testing.T) {
	type part struct {
		A, B int
		L    []int
	}
	type thing struct {
		Name  string
		Part  part
		Maybe *part
		None  *int `json:",omitempty"`
	}
	one := 1
	usual := thing{Name: "n", Part: part{1, 2, []int{1}}}
	for _, c := range []struct {
		is   thing
		want string
	}{
		{usual, `{}`},
		{thing{"m", part{1, 2, []int{1}}, nil, nil}, `{"Name":"m"}`},
		{thing{"n", part{1, 3, []int{1, 2}}, nil, nil}, `{"Part":{"B":3,"L":[1,2]}}`},
		{thing{"n", part{1, 2, []int{1}}, &part{}, &one}, `{"Maybe":{"A":0,"B":0,"L":null},"None":1}`},
	} {
		if text, err := json.Marshal(provider.Differing(c.is, usual)); err != nil || string(text) != c.want {
			t.Errorf("%v: got %s, want %s", err, text, c.want)
		}
	}
}
