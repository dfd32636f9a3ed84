package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const attrBody = "body"

// Keep writes an artifact with its body, unless one of that name is there. A
// body that does not fit into an item even compressed is a failure with the
// name EvidenceFailed.
func (l *Ledger) Keep(ctx context.Context, incident string, a quarantine.Artifact, body []byte) (quarantine.Artifact, error) {
	a.TakenAt = a.TakenAt.UTC().Truncate(time.Millisecond) // as it is stored
	i, err := encode(a)
	if err != nil {
		return quarantine.Artifact{}, unreadable(err)
	}
	if i[attrBody], err = pack(body); err != nil {
		return quarantine.Artifact{}, quarantine.Failf(quarantine.EvidenceFailed, "artifact %s cannot be kept: %w", a.Name, err)
	}
	maps.Copy(i, evidenceKey(incident, a.Name))
	err = l.add(ctx, i)
	if old, kept := refused(err); kept {
		return artifactOf(old)
	}
	if err != nil {
		return quarantine.Artifact{}, err
	}
	return a, nil
}

// evidenceKinds are the events that set the state of an incident's evidence.
var evidenceKinds = map[quarantine.EventKind]quarantine.EvidenceStatus{
	quarantine.EventEvidenceStarted:  quarantine.EvidencePending,
	quarantine.EventEvidenceComplete: quarantine.EvidenceComplete,
	quarantine.EventEvidenceFailed:   quarantine.EvidenceStatusFailed,
	quarantine.EventEvidenceNotTaken: quarantine.EvidenceStatusFailed,
}

// snapshotLists are the artifacts that list an incident's snapshots, the latest first.
var snapshotLists = []string{"snapshots-final", "snapshots-failed", "snapshots"}

// snapshots are those that an incident's artifacts list, as they were when they
// were last on record.
func (l *Ledger) snapshots(ctx context.Context, incident string, artifacts []quarantine.Artifact) (out []quarantine.Snapshot, err error) {
	for _, name := range snapshotLists {
		if !slices.ContainsFunc(artifacts, func(a quarantine.Artifact) bool { return a.Name == name }) {
			continue
		}
		body, err := l.Body(ctx, incident, name)
		if err != nil {
			return nil, err
		}
		return out, json.Unmarshal(body, &out)
	}
	return nil, nil
}

// Artifacts gives what is kept of an incident, without bodies, by name.
func (l *Ledger) Artifacts(ctx context.Context, incident string) ([]quarantine.Artifact, error) {
	return list[quarantine.Artifact](ctx, l, evidencePK(incident), prefixEvidence, "name", "sha256", "bytes", "takenAt", "takenBy")
}

// Body gives the body of an artifact. It fails if there is none, and if the
// body is not the one whose SHA-256 was written down with it.
func (l *Ledger) Body(ctx context.Context, incident, name string) ([]byte, error) {
	i, err := l.get(ctx, evidenceKey(incident, name))
	if err != nil {
		return nil, err
	}
	if len(i) == 0 {
		return nil, quarantine.Failf(quarantine.BadRequest, "incident %s has no artifact %s", incident, name)
	}
	a, err := artifactOf(i)
	if err != nil {
		return nil, err
	}
	body, err := unpack(i[attrBody], a.Bytes)
	if err != nil {
		return nil, unreadable(err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != a.SHA256 {
		return nil, quarantine.Failf(quarantine.EvidenceFailed, "artifact %s of %s was changed: its SHA-256 is not %s", name, incident, a.SHA256)
	}
	return body, nil
}

func artifactOf(from map[string]types.AttributeValue) (quarantine.Artifact, error) {
	var a quarantine.Artifact
	if err := decode(from, &a); err != nil {
		return quarantine.Artifact{}, unreadable(err)
	}
	return a, nil
}
