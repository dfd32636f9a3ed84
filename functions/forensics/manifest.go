package forensics

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Names of artifacts of an instance.
const (
	artifactInstance       = "instance"
	artifactInterfaces     = "interfaces"
	artifactSecurityGroups = "security-groups"
	artifactProfile        = "profile"
	artifactVolumes        = "volumes"
	artifactSnapshots      = "snapshots"
	artifactConsole        = "console-output"
	artifactScreenshot     = "console-screenshot"
	artifactComplete       = "snapshots-final"
	artifactFailed         = "snapshots-failed"
)

// manifest writes artifacts and events to the ledger, and records in the evidence
// which artifacts were kept and which could not be.
type manifest struct {
	handler  *Handler
	incident string
	by       string // ARN of the identity that takes the evidence
	evidence Evidence
}

// manifest starts one, of no artifacts.
func (h *Handler) manifest(ctx context.Context, in Request, taken []quarantine.Snapshot) *manifest {
	who, problem := h.who(ctx, in)
	m := &manifest{
		handler: h, incident: in.Incident, by: who,
		evidence: Evidence{Evidence: quarantine.Evidence{
			Incident: in.Incident, Resource: in.Resource, Case: caseOf(in),
			Status: quarantine.EvidencePending, Snapshots: taken, Artifacts: []quarantine.Artifact{},
		}},
	}
	m.problem(problem)
	return m
}

// instance keeps the instance's description, its interfaces and its security groups.
func (m *manifest) instance(ctx context.Context, r quarantine.Resource) {
	i, err := m.handler.Instances.Instance(ctx, r)
	if err != nil {
		m.problem(fmt.Sprintf("instance, interfaces, profile and security-groups could not be read: %v", err))
		return
	}
	m.json(ctx, artifactInstance, i, nil)
	m.json(ctx, artifactInterfaces, i.Interfaces, nil)
	m.json(ctx, artifactProfile, map[string]string{"arn": i.ProfileARN}, nil)
	groups, err := m.handler.SecurityGroups.SecurityGroups(ctx, r, groupsOf(i))
	m.json(ctx, artifactSecurityGroups, groups, err)
}

// console keeps what the instance wrote to its console, and a picture of its screen.
func (m *manifest) console(ctx context.Context, r quarantine.Resource) {
	text, err := m.handler.Console.ConsoleOutput(ctx, r)
	m.keep(ctx, artifactConsole, []byte(text), err)
	picture, err := m.handler.Console.ConsoleScreenshot(ctx, r)
	m.keep(ctx, artifactScreenshot, picture, err)
}

// json keeps v as JSON, and tells whether it is kept. The encoding of a value is deterministic:
// fields are in declaration order and map keys are sorted.
func (m *manifest) json(ctx context.Context, name string, v any, err error) bool {
	var body []byte
	if err == nil {
		body, err = json.Marshal(v)
	}
	return m.keep(ctx, name, body, err)
}

// keep writes an artifact with its hash, and tells whether it is kept. If err is set (reading
// failed) or the write fails, it adds a problem.
func (m *manifest) keep(ctx context.Context, name string, body []byte, err error) bool {
	if err != nil {
		m.problem(fmt.Sprintf("%s could not be read: %v", name, err))
		return false
	}
	sum := sha256.Sum256(body)
	kept, err := m.handler.Ledger.Keep(ctx, m.incident, quarantine.Artifact{
		Name: name, SHA256: hex.EncodeToString(sum[:]), Bytes: len(body),
		TakenAt: m.handler.Clock.Now().UTC(), TakenBy: m.by,
	}, body)
	if err != nil {
		m.problem(fmt.Sprintf("%s (%d bytes, SHA-256 %x) could not be kept: %v", name, len(body), sum, err))
		return false
	}
	if !slices.Contains(m.evidence.Artifacts, kept) {
		m.evidence.Artifacts = append(m.evidence.Artifacts, kept)
	}
	return true
}

// event appends an event to the incident's time series, at most once for each execution.
func (m *manifest) event(ctx context.Context, kind quarantine.EventKind, in Request, text string) {
	err := m.handler.Ledger.Append(ctx, m.incident, quarantine.Event{
		At: m.handler.Clock.Now().UTC(), Kind: kind, By: m.by, Text: text, ID: in.Execution.Name,
	})
	if err != nil {
		m.problem(fmt.Sprintf("the event %s could not be written: %v", kind, err))
	}
}

// uncovered records and reports the volumes that have no snapshot, and removes the
// report for a volume that has one by now: EC2 may list a set's snapshots one by one.
func (m *manifest) uncovered(volumes []quarantine.Volume) {
	m.evidence.Uncovered = nil
	for _, v := range volumes {
		text := fmt.Sprintf("there is no snapshot of volume %s (%s), which is in state %s", v.ID, v.Device, v.State)
		if slices.ContainsFunc(m.evidence.Snapshots, func(s quarantine.Snapshot) bool { return s.VolumeID == v.ID }) {
			m.evidence.Problems = slices.DeleteFunc(m.evidence.Problems, func(p string) bool { return p == text })
			continue
		}
		m.problem(text)
		m.evidence.Uncovered = append(m.evidence.Uncovered, v)
	}
}

func (m *manifest) problem(text string) {
	if text != "" && !slices.Contains(m.evidence.Problems, text) {
		m.evidence.Problems = append(m.evidence.Problems, text)
	}
}
