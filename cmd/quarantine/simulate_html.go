package main

import (
	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate/asreport"
)

// simulatedHTML is the report of a simulation as a file; nil where none is asked for.
type simulatedHTML struct {
	*htmlFile
	asreport.Recorder
}

// html prepares the file that --html names, before anything runs.
func (c simulateCommand) html(o *simulate.Options) (*simulatedHTML, error) {
	if c.HTML == "" {
		return nil, nil //nolint:nilnil // none is asked for
	}
	file, err := createHTML(c.HTML)
	if err != nil {
		return nil, err
	}
	h := &simulatedHTML{htmlFile: file}
	o.Incidents = true
	ready := o.Watch.Ready
	o.Watch.Ready = func(a *account.Account, probes []simulate.Probe) {
		h.Ready(a)
		if ready != nil {
			ready(a, probes)
		}
	}
	return h, nil
}

// end removes what was not written.
func (h *simulatedHTML) end() {
	if h != nil {
		h.discard()
	}
}

// save writes the report. Where a program reads stdout, what is said of it goes to stderr.
func (h *simulatedHTML) save(c simulateCommand, s streams, r *simulate.Report, events []headline.Event, o simulate.Options) error {
	if h == nil {
		return nil
	}
	said := s.out
	if c.JSON {
		said = s.err
	}
	return h.write(said, h.Report(r, events, o.Start))
}
