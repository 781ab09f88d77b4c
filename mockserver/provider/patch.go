package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"kycmock/mockserver/problem"
)

// Bounds of a patch: a few copies of copies would fill any memory.
const (
	maxOperations = 1000
	maxPatched    = 8 << 20  // bytes
	maxWork       = 64 << 20 // bytes that all operations read together
)

// Patched applies an RFC 6902 patch to JSON, operation by operation, so that
// each one that cannot be applied is named in p, at patch[i]. What is the
// content in a word, such as claims. A path that does not exist is refused, and
// so are more than 1,000 operations and content beyond 8 MiB.
func Patched(what string, text []byte, patch json.RawMessage, p *problem.Fields) []byte {
	var operations []json.RawMessage
	if err := json.Unmarshal(patch, &operations); err != nil {
		p.Add("patch", nil, "want an RFC 6902 patch: an array of operations")
		return text
	}
	if len(operations) > maxOperations {
		p.Add("patch", len(operations), "want at most %d operations", maxOperations)
		return text
	}
	options := jsonpatch.NewApplyOptions()
	options.EscapeHTML = false
	options.SupportNegativeIndices = false
	work := 0
	for i, operation := range operations {
		if work += len(text); work > maxWork {
			p.Add(fmt.Sprintf("patch[%d]", i), nil, "want fewer operations on %s this large", what)
			return text
		}
		after, err := applied(what, text, operation, options)
		if err != nil {
			p.Add(fmt.Sprintf("patch[%d]", i), nil, "%s", err)
			continue
		}
		if len(after) > maxPatched {
			p.Add(fmt.Sprintf("patch[%d]", i), nil, "makes the %s larger than 8 MiB", what)
			return text
		}
		text = after
	}
	return text
}

// jsonPointer is one of RFC 6901. The library drops what stands before the first
// slash, whatever it is.
var jsonPointer = regexp.MustCompile(`^(/([^~/]|~[01])*)*$`)

func applied(what string, text []byte, operation json.RawMessage, options *jsonpatch.ApplyOptions) ([]byte, error) {
	var shape struct{ Path, From *string }
	if err := json.Unmarshal(operation, &shape); err != nil {
		return nil, errors.New(`want an operation such as {"op": "replace", "path": "/data/nonce", "value": "x"}`)
	}
	switch {
	case shape.Path == nil:
		return nil, errors.New("want a path")
	case *shape.Path == "":
		return nil, fmt.Errorf("the %s as a whole cannot be replaced, want a path such as /data", what)
	case !jsonPointer.MatchString(*shape.Path), shape.From != nil && !jsonPointer.MatchString(*shape.From):
		return nil, errors.New("want path and from to begin with /, with ~0 for ~ and ~1 for / in a name")
	}
	one, err := jsonpatch.DecodePatch([]byte("[" + string(operation) + "]"))
	if err != nil {
		return nil, fmt.Errorf("want op to be one of add, remove, replace, move, copy, test, each with its members: %w", err)
	}
	return one.ApplyWithOptions(text, options)
}
