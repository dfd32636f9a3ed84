package moto

import (
	"slices"
	"testing"
)

func TestAServerEndsWithItsPipe(t *testing.T) {
	t.Parallel()
	path, err := locate()
	if err != nil {
		giveUp(t, err, required())
	}
	s, err := start(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if !s.answers(t.Context()) {
		t.Error("the server does not answer")
	}
	s.stop()
	if s.answers(t.Context()) {
		t.Error("the server still answers after its pipe was closed")
	}
}

func TestTheServerGetsNoMotoOrAWSVariables(t *testing.T) {
	t.Parallel()
	got := environment([]string{"PATH=/bin", "AWS_SECRET_ACCESS_KEY=s", "MOTO_ACCOUNT_ID=1", "HOME=/"})
	if want := []string{"PATH=/bin", "HOME=/", "MOTO_EC2_LOAD_DEFAULT_AMIS=false"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOnlyTheEndOfWhatTheServerSaysIsKept(t *testing.T) {
	t.Parallel()
	var said transcript
	for range 3 {
		if _, err := said.Write(make([]byte, kept)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := said.Write([]byte("the end")); err != nil {
		t.Fatal(err)
	}
	if got := said.String(); len(got) != kept || got[kept-len("the end"):] != "the end" {
		t.Errorf("%d bytes are kept, ending %q", len(got), got[len(got)-10:])
	}
}
