package provider_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/provider"
)

// form is what somebody can be asked for.
type form struct {
	Zeal  string         `json:"zeal,omitempty" doc:"How <much>."`
	Parts []part         `json:"parts,omitempty" nullable:"false" doc:"What it is made of."`
	By    map[string]int `json:"by,omitempty"`
	Until *time.Time     `json:"until,omitempty"`
	Agree bool           `json:"agree" enum:"true,false"`
	More  *part          `json:"more,omitempty" doc:"One more."`
	Left  string         `json:"left,omitempty"`
}

type part struct {
	Z string `json:"z" pattern:"^z$"`
	A int    `json:"a,omitempty" minimum:"1"`
}

func TestASchemaIsWholeAndInOrder(t *testing.T) {
	d := provider.NewDecoder[form]()
	got := d.Schema(form{Zeal: "much", Agree: true}, func(members map[string]*huma.Schema) {
		members["zeal"].Enum = []any{"much", "more"}
		members["more"].Properties["a"].Description = "Changed."
		delete(members, "left")
	})
	const part = `"properties":{"z":{"pattern":"^z$","type":"string"},"a":{` // in the order of the fields
	const want = `{"additionalProperties":false,"properties":{` +
		`"zeal":{"default":"much","description":"How \u003cmuch\u003e.","enum":["much","more"],"type":"string"},` +
		`"parts":{"description":"What it is made of.","items":{"additionalProperties":false,` + part + `"format":"int64","minimum":1,"type":"integer"}},"required":["z"],"type":"object"},"type":"array"},` +
		`"by":{"additionalProperties":{"format":"int64","type":"integer"},"type":"object"},` +
		`"until":{"format":"date-time","type":"string"},` +
		`"agree":{"default":true,"enum":[true,false],"type":"boolean"},` +
		`"more":{"additionalProperties":false,"description":"One more.",` + part + `"description":"Changed.","format":"int64","minimum":1,"type":"integer"}},"required":["z"],"type":"object"}` +
		`},"required":["agree"],"type":"object"}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var again map[string]any
	if err := json.Unmarshal(d.Schema(form{}, nil), &again); err != nil {
		t.Fatal(err)
	}
	if members := again["properties"].(map[string]any); members["left"] == nil || members["zeal"].(map[string]any)["enum"] != nil {
		t.Errorf("what was refined once stays so: %v", members)
	}
	if empty := string(provider.NewDecoder[struct{}]().Schema(struct{}{}, nil)); empty != `{"additionalProperties":false,"type":"object","properties":{}}` {
		t.Errorf("of nothing it is %s", empty)
	}
}
