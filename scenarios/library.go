package scenarios

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// Dir reads all scenarios of a folder: its files that end in .yaml or .yml, by
// name. They are checked against the vendors, when there are any, and may
// include each other and those that are built in. The error is [Problems], of
// all files at once, or says that the folder or a file cannot be read.
func Dir(path string, vendors []provider.Profile) ([]Scenario, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var all []Scenario
	var texts []source
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); entry.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		file := filepath.Join(path, entry.Name())
		text, err := readFile(file)
		if err != nil {
			return nil, err
		}
		texts = append(texts, source{file: file, text: text})
		s, _ := Known{}.read(file, text)
		all = append(all, s)
	}
	problems := clashes(all)
	k := Known{Vendors: vendors, Scenarios: append(BuiltIn(), all...)}
	for i, t := range texts {
		var wrong Problems
		all[i], wrong = k.read(t.file, t.text)
		problems = append(problems, wrong...)
	}
	slices.SortStableFunc(problems, byPlace)
	slices.SortFunc(all, byName)
	return all, problems.err()
}

// readFile reads a file, but hardly more than a scenario can have.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxSize+1))
}

// clashes finds scenarios whose name is another's already.
func clashes(all []Scenario) Problems {
	var problems Problems
	files := map[string]string{}
	for _, s := range BuiltIn() {
		files[s.Name] = "a scenario that is built in"
	}
	for _, s := range all {
		switch of := files[s.Name]; {
		case s.Name == "":
		case of != "":
			f := findingsOf(s.source)
			f.add(top("name"), "%s is the name of %s", s.Name, of)
			problems = append(problems, f.problems...)
		default:
			files[s.Name] = s.File
		}
	}
	return problems
}

// Origin says where a scenario of a library comes from.
type Origin string

// The origins of scenarios.
const (
	FromBinary Origin = "built-in" // It comes with the mock.
	FromDir    Origin = "dir"      // It was read from a folder when the mock started.
	FromUpload Origin = "uploaded" // Somebody sent it.
)

// Library has all scenarios of a mock by their names. Its methods may be called
// from any goroutine.
type Library struct {
	vendors []provider.Profile

	mu       sync.Mutex
	shelves  map[Origin]map[string]Scenario
	uploaded int // bytes
	changed  func(name string, now Scenario, from Origin)
}

// MaxUploads is how long the texts of all uploaded scenarios can be in sum, in
// bytes.
const MaxUploads = 16 << 20

// NewLibrary has the scenarios that are built in and those of a folder, such as
// [Dir] reads; built in ones win. What is uploaded is checked against the
// vendors.
func NewLibrary(vendors []provider.Profile, dir []Scenario) *Library {
	l := &Library{
		vendors: vendors,
		shelves: map[Origin]map[string]Scenario{FromUpload: {}},
		changed: func(string, Scenario, Origin) {},
	}
	l.put(FromDir, dir)
	return l
}

// Observe has changed told of each name under which a scenario was put or
// deleted, with what [Library.Get] finds there now. One call follows another, in
// the order of the changes; changed must not call the library.
func (l *Library) Observe(changed func(name string, now Scenario, from Origin)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed = changed
}

func (l *Library) put(origin Origin, list []Scenario) {
	l.shelves[origin] = map[string]Scenario{}
	for _, s := range list {
		l.shelves[origin][s.Name] = s
	}
}

// shelf are the scenarios of an origin by name. It is called with mu held.
func (l *Library) shelf(origin Origin) map[string]Scenario {
	if origin == FromBinary && l.shelves[origin] == nil {
		l.put(origin, BuiltIn())
	}
	return l.shelves[origin]
}

// Get finds a scenario, and says where it comes from. There is none when the
// origin is empty.
func (l *Library) Get(name string) (Scenario, Origin) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.find(name)
}

func (l *Library) find(name string) (Scenario, Origin) {
	for _, origin := range []Origin{FromBinary, FromUpload, FromDir} {
		if s, there := l.shelf(origin)[name]; there {
			return s, origin
		}
	}
	return Scenario{}, ""
}

// Find is Get for those to whom the origin does not matter.
func (l *Library) Find(name string) (Scenario, bool) {
	s, origin := l.Get(name)
	return s, origin != ""
}

// List lists all scenarios, by name.
func (l *Library) List() []Scenario {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[string]Scenario{}
	for _, origin := range []Origin{FromDir, FromUpload, FromBinary} {
		maps.Copy(all, l.shelf(origin))
	}
	return slices.SortedFunc(maps.Values(all), byName)
}

// Check returns all that is wrong with a scenario, by the rules of [Library.Put]
// but those about its name, and keeps nothing.
func (l *Library) Check(text []byte) Problems {
	_, problems := l.read(text)
	return problems
}

// read reads a scenario that may include those of the library.
func (l *Library) read(text []byte) (Scenario, Problems) {
	return Known{Vendors: l.vendors, Scenarios: l.List()}.read("", text)
}

// Put reads a scenario and keeps it under its name, in the place of one that was
// uploaded before or read from a folder, and tells whether there was none. The
// error is [Problems], which may be located at its name when that is another
// one, or a problem: one that is built in cannot be replaced.
func (l *Library) Put(name string, text []byte) (created bool, err error) {
	if _, origin := l.Get(name); origin == FromBinary {
		return false, problem.New(problem.Conflict, "%s is built in and cannot be replaced: give yours another name", name)
	}
	s, problems := l.read(text)
	if s.Name != "" && s.Name != name {
		f := findingsOf(s.source)
		f.add(top("name"), "want %s, as it is sent to, got %s", shortened(name), inQuotes(s.Name))
		problems = append(problems, f.problems...)
		slices.SortStableFunc(problems, byPlace)
	}
	if len(problems) > 0 {
		return false, problems
	}
	s.source = source{text: slices.Clone(text)} // the nodes take many times as much
	l.mu.Lock()
	defer l.mu.Unlock()
	_, origin := l.find(name)
	uploaded := l.uploaded - len(l.shelves[FromUpload][name].source.text) + len(text)
	if uploaded > MaxUploads {
		return false, problem.New(problem.TooLarge, "want uploaded scenarios of at most %d bytes in sum: delete some", MaxUploads)
	}
	l.uploaded = uploaded
	l.shelves[FromUpload][name] = s
	l.changed(name, s, FromUpload)
	return origin == "", nil
}

// Delete forgets a scenario that was uploaded; one of the folder that had its
// name is back then. The error is a problem: there is no such scenario, or it is
// not an uploaded one.
func (l *Library) Delete(name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch s, origin := l.find(name); origin {
	case "":
		return problem.New(problem.NotFound, "there is no scenario called %s", inQuotes(name))
	case FromUpload:
		l.uploaded -= len(s.source.text)
		delete(l.shelves[FromUpload], name)
		now, from := l.find(name)
		l.changed(name, now, from)
		return nil
	case FromBinary:
		return problem.New(problem.Conflict, "%s is built in and cannot be deleted", name)
	default:
		return problem.New(problem.Conflict, "%s was read from %s and not uploaded: delete the file", name, s.File)
	}
}
