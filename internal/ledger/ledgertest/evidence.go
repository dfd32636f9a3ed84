package ledgertest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func artifact(name string, body []byte) quarantine.Artifact {
	sum := sha256.Sum256(body)
	return quarantine.Artifact{
		Name: name, SHA256: hex.EncodeToString(sum[:]), Bytes: len(body), TakenAt: noon, TakenBy: "arn:aws:sts::assumed-role/forensics",
	}
}

func keepsFirst(t *testing.T, _ Env, l *ledger.Ledger) {
	first := artifact("instance", []byte("first"))
	for _, body := range []string{"first", "second", "first"} {
		kept := must(l.Keep(t.Context(), "inc-1", artifact("instance", []byte(body)), []byte(body)))(t)
		if diff := cmp.Diff(first, kept); diff != "" {
			t.Errorf("keeping %q gave (-want +got):\n%s", body, diff)
		}
	}
	profile := artifact("profile", []byte("second"))
	must(l.Keep(t.Context(), "inc-1", profile, []byte("second")))(t)
	must(l.Keep(t.Context(), "inc-2", profile, []byte("second")))(t)
	if diff := cmp.Diff([]quarantine.Artifact{first, profile}, must(l.Artifacts(t.Context(), "inc-1"))(t)); diff != "" {
		t.Errorf("the artifacts (-want +got):\n%s", diff)
	}
	if body := must(l.Body(t.Context(), "inc-1", "instance"))(t); string(body) != "first" {
		t.Errorf("the body became %q", body)
	}
}

func keepsOne(t *testing.T, _ Env, l *ledger.Ledger) {
	kept := make([]quarantine.Artifact, 20)
	for _, err := range together(len(kept), func(n int) (err error) {
		body := fmt.Append(nil, n)
		kept[n], err = l.Keep(t.Context(), "inc-1", artifact("instance", body), body)
		return err
	}) {
		works(t, err)
	}
	for _, a := range kept {
		if a != kept[0] {
			t.Errorf("one was told %v, another %v", kept[0], a)
		}
	}
}

func returnsBodies(t *testing.T, _ Env, l *ledger.Ledger) {
	bodies := map[string][]byte{
		"empty":      nil,
		"text":       []byte(`{"état":"running"}`),
		"binary":     {0xff, 0xfe, 0, 1},
		"large-text": bytes.Repeat([]byte("console line\n"), 100_000),
		"large-raw":  noise(300_000),
	}
	for name, body := range bodies {
		must(l.Keep(t.Context(), "inc-1", artifact(name, body), body))(t)
		if got := must(l.Body(t.Context(), "inc-1", name))(t); !bytes.Equal(got, body) {
			t.Errorf("%s: %d bytes came back, %d were kept", name, len(got), len(body))
		}
	}
	if got := must(l.Artifacts(t.Context(), "inc-1"))(t); len(got) != len(bodies) {
		t.Errorf("got %d artifacts, want %d", len(got), len(bodies))
	}
	_, err := l.Body(t.Context(), "inc-1", "nothing")
	wantName(t, err, quarantine.BadRequest)
}

// noise cannot be compressed.
func noise(n int) []byte {
	out := make([]byte, n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

func refusesHuge(t *testing.T, _ Env, l *ledger.Ledger) {
	body := noise(500_000)
	_, err := l.Keep(t.Context(), "inc-1", artifact("huge", body), body)
	wantName(t, err, quarantine.EvidenceFailed)
	if err != nil && !strings.Contains(err.Error(), "huge") {
		t.Errorf("the artifact's name is not in %q", err)
	}
	if got := must(l.Artifacts(t.Context(), "inc-1"))(t); len(got) != 0 {
		t.Errorf("it was kept: %v", got)
	}
}

func noticesTampering(t *testing.T, env Env, l *ledger.Ledger) {
	must(l.Keep(t.Context(), "inc-1", artifact("instance", []byte("as it was")), []byte("as it was")))(t)
	must(env.API.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName:                 aws.String(env.Table),
		Key:                       map[string]types.AttributeValue{"pk": text("EVIDENCE#inc-1"), "sk": text("EVIDENCE#instance")},
		UpdateExpression:          aws.String("SET body = :b"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":b": text("as it is")},
	}))(t)
	_, err := l.Body(t.Context(), "inc-1", "instance")
	wantName(t, err, quarantine.EvidenceFailed)
}
