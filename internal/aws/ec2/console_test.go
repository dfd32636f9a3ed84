package ec2_test

import (
	"bytes"
	"image/jpeg"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheConsolesTextIsDecoded(t *testing.T) {
	t.Parallel()
	w := newWorld()
	const text = "[    0.000000] Linux version 6.1\nlogin: "
	w.SetConsoleOutput(w.env.Instance, text)
	got, err := ec2.New(w.EC2()).ConsoleOutput(t.Context(), quarantine.Resource{ID: w.env.Instance})
	if err != nil || got != text {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTheScreenshotIsAPicture(t *testing.T) {
	t.Parallel()
	w := newWorld()
	got, err := ec2.New(w.EC2()).ConsoleScreenshot(t.Context(), w.instance())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jpeg.Decode(bytes.NewReader(got)); err != nil {
		t.Errorf("%d bytes are no JPEG: %v", len(got), err)
	}
}
