package statemachine_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl/recorded"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

const smallCases = "../internal/local/asl/recorded/testdata"

// TestTheRecordingsCoverTheDefinition finds everything that the definition uses, and everything that happened in a
// recording: types of states, resources, fields by the kind of object that has them, and the errors that a Retry or
// a Catch took by their names.
func TestTheRecordingsCoverTheDefinition(t *testing.T) {
	t.Parallel()
	used := set{}
	for _, st := range parts(t, statemachine.Quarantine) {
		used.add(st.features...)
		for _, r := range slices.Concat(st.retry, st.catch) {
			used.add(r.fields...)
			for _, name := range r.names {
				used.add(r.kind + " of " + name)
			}
		}
	}
	happened := set{}
	for _, folder := range []string{smallCases, "testdata/history"} {
		for _, c := range recordings(t, folder) {
			happened.of(t, c, folder)
		}
	}
	if len(used) < 60 {
		t.Fatalf("the definition seems to use %d things only: the walk misses some", len(used))
	}
	for _, thing := range slices.Sorted(maps.Keys(used)) {
		if happened[thing] && unrecordable[thing] {
			t.Errorf("%s is in a recording: unrecordable says that it cannot be", thing)
		}
		if !happened[thing] && !unrecordable[thing] {
			t.Errorf("no recording has %s: add a case to %s", thing, smallCases)
		}
	}
}

// unrecordable is what only an answer of 256 KiB would show in a recording. The
// interpreter's own tests hold what it does there to AWS's documents, and
// internal/lab/simulate has events of that size.
var unrecordable = set{"Catch of States.DataLimitExceeded": true}

func TestEveryDeclaredDifferenceIsOfARecordingAndHasItsDocument(t *testing.T) {
	t.Parallel()
	cases := slices.Concat(recordings(t, smallCases), recordings(t, "testdata/history"))
	for _, d := range recorded.Differences {
		for name := range strings.FieldsSeq(d.Cases) {
			if !slices.ContainsFunc(cases, func(c recorded.Case) bool { return recorded.Difference{Cases: name}.Concerns(c.Name) }) {
				t.Errorf("a difference is declared for %s, which is no case", name)
			}
		}
		if d.Why == "" || !strings.HasPrefix(d.Document, "https://docs.aws.amazon.com/") {
			t.Errorf("%s, %s: who is right, and where does AWS say so?", d.Cases, d.Event)
		}
	}
}

type set map[string]bool

func (s set) add(things ...string) {
	for _, thing := range things {
		s[thing] = true
	}
}

// part is a state with what can be covered of it.
type part struct {
	features     []string // its type, resource and fields
	retry, catch []handler
}

// handler is a retrier or a catcher.
type handler struct {
	kind   string // Retry or Catch
	fields []string
	names  []string
}

// takes gives the name by which a handler takes an error, or "".
func (h handler) takes(failed string) string {
	for _, name := range h.names {
		if name == failed || name == "States.ALL" || name == "States.TaskFailed" && failed != "States.Timeout" {
			return name
		}
	}
	return ""
}

// parts are the states of a definition by their names; the definition itself stands under "".
func parts(t *testing.T, definition []byte) map[string]part {
	t.Helper()
	all := map[string]part{}
	var top map[string]any
	unmarshal(t, strings.ReplaceAll(string(definition), "${Partition}", "aws"), &top)
	all[""] = part{features: program("definition", top, all)}
	return all
}

// program gives the fields of an object with States, and adds the states to all.
func program(kind string, object map[string]any, all map[string]part) (features []string) {
	for name, value := range object {
		features = append(features, kind+" field "+name)
		if config, ok := value.(map[string]any); ok && name == "ProcessorConfig" {
			features = append(features, named(name, config)...)
		}
	}
	for name, value := range object["States"].(map[string]any) {
		all[name] = state(value.(map[string]any), all)
	}
	return features
}

func state(object map[string]any, all map[string]part) part {
	typ := object["Type"].(string)
	p := part{features: append(named(typ, object), "type "+typ)}
	if resource, ok := object["Resource"].(string); ok {
		p.features = append(p.features, "resource "+resource)
	}
	for _, rule := range objects(object["Choices"]) {
		p.features = append(p.features, named("Choices", rule)...)
	}
	for _, branch := range objects(object["Branches"]) {
		p.features = append(p.features, program("Branches", branch, all)...)
	}
	if processor, ok := object["ItemProcessor"].(map[string]any); ok {
		p.features = append(p.features, program("ItemProcessor", processor, all)...)
	}
	p.retry, p.catch = handlers("Retry", object), handlers("Catch", object)
	return p
}

func handlers(kind string, state map[string]any) (all []handler) {
	for _, object := range objects(state[kind]) {
		h := handler{kind: kind, fields: named(kind, object)}
		for _, name := range object["ErrorEquals"].([]any) {
			h.names = append(h.names, name.(string))
		}
		all = append(all, h)
	}
	return all
}

func named(kind string, object map[string]any) (all []string) {
	for name := range object {
		all = append(all, kind+" field "+name)
	}
	return all
}

func objects(value any) (all []map[string]any) {
	items, _ := value.([]any)
	for _, item := range items {
		all = append(all, item.(map[string]any))
	}
	return all
}

// of adds what happened in a case.
func (s set) of(t *testing.T, c recorded.Case, folder string) {
	t.Helper()
	definition := []byte(c.Definition)
	if c.DefinitionFile != "" {
		var err error
		if definition, err = os.ReadFile(filepath.Join(folder, c.DefinitionFile)); err != nil {
			t.Fatal(err)
		}
	}
	all := parts(t, definition)
	s.add(all[""].features...)
	for _, x := range c.Executions {
		in := map[int64]string{} // by event: the state that it belongs to
		errors := map[int64]string{}
		for i := range x.Events {
			e, err := x.Event(i)
			if err != nil {
				t.Fatal(err)
			}
			in[e.ID] = in[e.PreviousEventID]
			if e.StateEntered != nil {
				in[e.ID] = e.StateEntered.Name
				s.add(all[in[e.ID]].features...)
			}
			if name := failure(e); name != "" {
				errors[e.ID] = name
				s.took(all[in[e.ID]].retry, name)
			}
			if e.StateExited != nil && errors[e.PreviousEventID] != "" {
				s.took(all[e.StateExited.Name].catch, errors[e.PreviousEventID])
			}
		}
	}
}

// failure is the error of an event, or "".
func failure(e history.Event) string {
	switch {
	case e.TaskFailed != nil:
		return e.TaskFailed.Error
	case e.TaskTimedOut != nil:
		return e.TaskTimedOut.Error
	case e.EvaluationFailed != nil:
		return e.EvaluationFailed.Error
	case e.Type == "ParallelStateFailed" || e.Type == "MapStateFailed":
		return "of a line inside"
	}
	return ""
}

// took adds the first handler that takes an error.
func (s set) took(all []handler, failed string) {
	for _, h := range all {
		if name := h.takes(failed); name != "" {
			s.add(h.fields...)
			s.add(h.kind + " of " + name)
			return
		}
	}
}
