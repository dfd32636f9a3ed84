package main

import (
	"context"
	"sync"

	"github.com/ec2-quarantine/quarantine/functions/approval"
)

// lateSigner reads the key when a question is asked. It is read once; where that
// fails, the next question tries again, so that trouble with the key neither keeps
// anybody from being asked nor stays.
type lateSigner struct {
	sign func(context.Context) (*approval.Signer, error)

	mu   sync.Mutex
	made *approval.Signer // nil until it was made
}

func (l *lateSigner) signer(ctx context.Context) (*approval.Signer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made != nil {
		return l.made, nil
	}
	made, err := l.sign(ctx)
	if err != nil {
		return nil, err
	}
	l.made = made
	return made, nil
}
