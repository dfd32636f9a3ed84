package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
	"github.com/ec2-quarantine/quarantine/internal/textfile"
)

// triageCommand is quarantine triage.
type triageCommand struct {
	Events []string `arg:"" name:"EVENT.json" help:"Files with EventBridge events, with findings as aws guardduty get-findings prints them or as GuardDuty exports them to S3 (.gz too); - is standard input. Each is judged as at the time at which it was sent, so that its age keeps nothing from being cut."`
	Policy string   `placeholder:"FILE" help:"The policy to judge by; without it the default one (see: quarantine policy)."`
	JSON   bool     `name:"json" help:"Print an array with one object an event."`
}

// judged is one event's verdict, or why there is none.
type judged struct {
	File    string              `json:"file"`
	Finding *quarantine.Finding `json:"finding,omitempty"`
	Verdict *quarantine.Verdict `json:"verdict,omitempty"`
	Error   string              `json:"error,omitempty"`
}

// Run explains every event, and fails after that if one could not be read.
func (c triageCommand) Run(s streams) error {
	policy, err := readPolicy(c.Policy, s.in)
	if err != nil {
		return err
	}
	var all []judged
	for _, file := range c.Events {
		all = append(all, judgeFile(policy, file, s.in)...)
	}
	if c.JSON {
		err = writeJSON(s.out, all)
	} else {
		printVerdicts(s.out, terminal.NewStyle(s.out), all)
	}
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.Error != "" {
			return &exitError{code: exitUsage}
		}
	}
	return nil
}

// readPolicy reads a policy file; "" is the default policy.
func readPolicy(file string, stdin io.Reader) (*triage.Policy, error) {
	if file == "" {
		return triage.DefaultPolicy(), nil
	}
	text, err := textfile.Read(file, stdin)
	if err != nil {
		return nil, usage("%w", plain(err))
	}
	policy, err := triage.ParsePolicy(text)
	if err != nil {
		return nil, usage("%s: %w", file, err)
	}
	return policy, nil
}

// plain is a file's error without the operation's name.
func plain(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

// judgeFile judges the events of a file.
func judgeFile(p *triage.Policy, file string, stdin io.Reader) []judged {
	text, err := textfile.Read(file, stdin)
	if err != nil {
		return []judged{{File: file, Error: plain(err).Error()}}
	}
	var all []judged
	for _, e := range guardduty.Events(text) {
		out := judged{File: e.Name(file)}
		if finding, err := e.Finding(); err != nil {
			out.Error = err.Error()
		} else {
			verdict := p.Judge(finding, finding.EventTime)
			out.Finding, out.Verdict = &finding, &verdict
		}
		all = append(all, out)
	}
	return all
}

// writeJSON writes a value for programs.
func writeJSON(w interface{ Write([]byte) (int, error) }, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// policyCommand is quarantine policy.
type policyCommand struct {
	Parts  bool   `help:"Instead, which parts of the account are acted on, and which are observed."`
	Policy string `placeholder:"FILE" help:"With --parts, the policy that is asked; without it the default one."`
}

// Run prints the default policy, or which parts of the account a policy acts on.
func (c policyCommand) Run(s streams) error {
	if !c.Parts {
		if c.Policy != "" {
			return usage("--policy needs --parts: without it, the default policy is printed")
		}
		_, err := s.out.Write(triage.DefaultPolicyYAML)
		return err
	}
	policy, err := readPolicy(c.Policy, s.in)
	if err != nil {
		return err
	}
	for _, line := range policy.WhichPartsAct() {
		fmt.Fprintln(s.out, line)
	}
	return nil
}
