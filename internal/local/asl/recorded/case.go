package recorded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// Case is one file of recorded executions.
type Case struct {
	Name    string `json:"-"` // the file's, without .json
	Comment string `json:"comment"`
	// ExecutionName is the first execution's; the case's where it is empty.
	ExecutionName string `json:"name,omitempty"`

	// Definition is the state machine, or DefinitionFile where it is, seen from the file of the case.
	Definition     json.RawMessage   `json:"definition,omitempty"`
	DefinitionFile string            `json:"definitionFile,omitempty"`
	Substitutions  map[string]string `json:"substitutions,omitempty"`
	Input          json.RawMessage   `json:"input"`

	// Pace is what the recorder multiplied waits and delays of retries with.
	Pace float64 `json:"pace,omitempty"`
	// Items are in the table at the start. {"in": 4} as an attribute is the number that is the time four seconds
	// after the start.
	Items  []map[string]map[string]any `json:"items,omitempty"`
	Script map[string][]*Answer        `json:"script,omitempty"`

	RecordedBy Recorder    `json:"recordedBy"`
	Executions []Execution `json:"executions"`
}

// Recorder is what recorded a case.
type Recorder struct {
	Interpreter string `json:"interpreter"`
	JSONata     string `json:"jsonata"`
	Python      string `json:"python"`
	Date        string `json:"date"`
}

// Execution is an execution that has ended, with its events as GetExecutionHistory gives them.
type Execution struct {
	Name   string            `json:"name"`
	Status string            `json:"status"`
	Input  string            `json:"input"`
	Output string            `json:"output,omitempty"`
	Error  string            `json:"error,omitempty"`
	Cause  string            `json:"cause,omitempty"`
	Events []json.RawMessage `json:"events"`
}

// Load reads every case of a folder, in the order of their names.
func Load(folder fs.FS) ([]Case, error) {
	names, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, name := range names {
		c := Case{Name: strings.TrimSuffix(name, ".json")}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(c.Executions) == 0 || c.RecordedBy.Interpreter == "" {
			return nil, fmt.Errorf("%s has no recording: run `go tool task record`", name)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// Event is an event of the execution. The error is one of the file.
func (x Execution) Event(i int) (e history.Event, err error) {
	err = json.Unmarshal(x.Events[i], &e)
	return e, err
}

// of is one of our executions in the form of the recorded ones.
func of(x *history.Execution) (Execution, error) {
	local := Execution{Name: x.Name, Status: string(x.Status), Input: string(x.Input()), Output: string(x.Output), Error: x.Error, Cause: x.Cause}
	for _, e := range x.History {
		text, err := json.Marshal(e)
		if err != nil {
			return Execution{}, err
		}
		local.Events = append(local.Events, text)
	}
	return local, nil
}
