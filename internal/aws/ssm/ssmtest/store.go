package ssmtest

import (
	"encoding/json"
	"net/http"
	"sync"
)

// Store implements GetParameter over HTTP:
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
type Store struct {
	mu     sync.Mutex
	values map[string]parameter
	fault  *fault
	calls  int
}

type parameter struct {
	value  string
	secure bool
}

type fault struct {
	status int
	code   string
}

// Put creates or changes a parameter.
func (s *Store) Put(name, value string, secure bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		s.values = map[string]parameter{}
	}
	s.values[name] = parameter{value, secure}
}

// Fail makes every later call fail; status 0 ends that.
func (s *Store) Fail(status int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = nil
	if status != 0 {
		s.fault = &fault{status, code}
	}
}

// Calls returns the number of calls.
func (s *Store) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// ServeHTTP answers a call. A SecureString stays encrypted unless decryption is requested.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Name           string
		WithDecryption bool
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	_ = json.NewDecoder(r.Body).Decode(&in) // an invalid body names no parameter
	p, there := s.values[in.Name]
	switch {
	case r.Header.Get("X-Amz-Target") != "AmazonSSM.GetParameter":
		refuse(w, fault{http.StatusBadRequest, "UnknownOperationException"})
	case s.fault != nil:
		refuse(w, *s.fault)
	case !there:
		refuse(w, fault{http.StatusBadRequest, "ParameterNotFound"})
	case p.secure && !in.WithDecryption:
		answer(w, http.StatusOK, map[string]any{"Parameter": map[string]any{"Type": "SecureString", "Value": "encrypted"}})
	default:
		answer(w, http.StatusOK, map[string]any{"Parameter": map[string]any{"Name": in.Name, "Value": p.value}})
	}
}

func refuse(w http.ResponseWriter, f fault) {
	answer(w, f.status, map[string]any{"__type": f.code, "message": "refused"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
