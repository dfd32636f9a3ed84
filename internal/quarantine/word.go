package quarantine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// TypeWord is the type of a person's word, where a finding has its own. GuardDuty has no such type: its
// types have a colon and no space, and an event with this one is refused.
const TypeWord = "a person's word"

// Word is a person's word that an instance is compromised. It stands in the place of a finding, and is
// none: it has no severity, no score, and no id in GuardDuty.
type Word struct {
	// By is an identity, as STS gives it.
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

func (w Word) String() string { return "By the word of " + w.By + ": " + w.Reason }

// Finding is the word in the form of what opens an incident or joins one, about an instance as EC2
// describes it now. The same word of the same person about the same instance has the same id.
func (w Word) Finding(r Resource, i Instance) Finding {
	sum := sha256.Sum256([]byte(strings.Join([]string{w.By, w.Reason, r.String()}, "\n")))
	return Finding{
		ID: "word-" + hex.EncodeToString(sum[:10]), Type: TypeWord, Title: w.String(), AccountID: r.AccountID, EnvelopeAccountID: r.AccountID, Region: r.Region,
		ResourceType: ResourceInstance, Count: 1, CreatedAt: w.At, Word: &w,
		Instances: []AccusedInstance{{
			ID: i.ID, Type: i.Type, ImageID: i.ImageID, Platform: i.Platform, State: i.State, ProfileARN: i.ProfileARN, LaunchedAt: i.LaunchedAt,
			Tags: i.Tags, Interfaces: i.Interfaces,
		}},
	}
}

// ByWord tells whether this is a person's word, and no finding.
func (s FindingSummary) ByWord() bool { return s.Type == TypeWord }

// Judged is the type with its severity and what it scored, for people. A word has neither.
func (s FindingSummary) Judged(score int) string {
	if s.ByWord() {
		return s.Type + ", not scored"
	}
	return fmt.Sprintf("%s, severity %g, score %d", s.Type, s.Severity, score)
}

// Scored is the type with what it scored, for people.
func (f Finding) Scored(v Verdict) string {
	if v.Unscored {
		return f.Type + ", not scored"
	}
	return fmt.Sprintf("%s, score %d", f.Type, v.Score)
}
