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
	Name    string `json:"-"` // the file's name without .json
	Comment string `json:"comment"`
	// ExecutionName is the first execution's name; the case's name if empty.
	ExecutionName string `json:"name,omitempty"`

	// Definition is the state machine. DefinitionFile replaces it, as a path relative to the case's file.
	Definition     json.RawMessage   `json:"definition,omitempty"`
	DefinitionFile string            `json:"definitionFile,omitempty"`
	Substitutions  map[string]string `json:"substitutions,omitempty"`
	Input          json.RawMessage   `json:"input"`

	// Pace is the factor by which the recorder multiplied waits and retry delays.
	Pace float64 `json:"pace,omitempty"`
	// Items are the table's items at the start. The attribute {"in": 4} is a number: the time four seconds after
	// the start, in seconds since 1970.
	Items  []map[string]map[string]any `json:"items,omitempty"`
	Script map[string][]*Answer        `json:"script,omitempty"`

	RecordedBy Recorder    `json:"recordedBy"`
	Executions []Execution `json:"executions"`
}

// Recorder describes the software that recorded a case.
type Recorder struct {
	Interpreter string `json:"interpreter"`
	JSONata     string `json:"jsonata"`
	Python      string `json:"python"`
	Date        string `json:"date"`
}

// Execution is an execution that has ended, with its events in the form of GetExecutionHistory.
type Execution struct {
	Name   string            `json:"name"`
	Status string            `json:"status"`
	Input  string            `json:"input"`
	Output string            `json:"output,omitempty"`
	Error  string            `json:"error,omitempty"`
	Cause  string            `json:"cause,omitempty"`
	Events []json.RawMessage `json:"events"`
}

// Load reads every case of a folder, sorted by name.
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

// Event decodes an event of the execution. The error means that the file is faulty.
func (x Execution) Event(i int) (e history.Event, err error) {
	err = json.Unmarshal(x.Events[i], &e)
	return e, err
}

// of converts an execution of this interpreter to the form of the recorded ones.
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
