package ssmtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"
)

// Store implements GetParameter, GetParameterHistory and PutParameter over HTTP, the first two as
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html and
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html
// have them.
type Store struct {
	mu     sync.Mutex
	values map[string][]parameter // all versions, the oldest first
	faults map[string]fault       // by operation; "" is any
	calls  int
	hangs  bool
}

type parameter struct {
	value, kind, tier, key string
	version                int64
}

type fault struct {
	status int
	code   string
}

// Client is the SDK's client of the store, without retries.
func (s *Store) Client(t testing.TB) *awsssm.Client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return awsssm.New(awsssm.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

// Put creates a parameter, or gives it another version.
func (s *Store) Put(name, value string, secure bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := parameter{value: value, kind: "String", tier: "Standard"}
	if secure {
		p.kind, p.key = "SecureString", "alias/aws/ssm"
	}
	s.put(name, p)
}

func (s *Store) put(name string, p parameter) int64 {
	if s.values == nil {
		s.values = map[string][]parameter{}
	}
	p.version = int64(len(s.values[name])) + 1
	s.values[name] = append(s.values[name], p)
	return p.version
}

// Fail makes every later call fail; status 0 ends that.
func (s *Store) Fail(status int, code string) { s.FailOne("", status, code) }

// FailOne makes every later call of one operation fail, such as GetParameterHistory; status 0 ends that.
func (s *Store) FailOne(operation string, status int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults == nil {
		s.faults = map[string]fault{}
	}
	delete(s.faults, operation)
	if status != 0 {
		s.faults[operation] = fault{status, code}
	}
}

// Hang leaves every later call without an answer.
func (s *Store) Hang() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangs = true
}

// Calls returns the number of calls.
func (s *Store) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// request has the members of the requests that are answered.
type request struct {
	Name, Value, Type, Tier, KeyId, NextToken string
	WithDecryption, Overwrite                 bool
	MaxResults                                int
}

// ServeHTTP answers a call.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in request
	_ = json.NewDecoder(r.Body).Decode(&in) // an invalid body names no parameter
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.hangs {
		s.mu.Unlock()
		<-r.Context().Done()
		s.mu.Lock()
		return
	}
	operation, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSSM.")
	all := s.values[in.Name]
	for _, o := range []string{"", operation} {
		if f, fails := s.faults[o]; fails {
			refuse(w, f)
			return
		}
	}
	switch {
	case operation == "PutParameter":
		s.write(w, in)
	case operation != "GetParameter" && operation != "GetParameterHistory":
		refuse(w, fault{http.StatusBadRequest, "UnknownOperationException"})
	case len(all) == 0:
		refuse(w, fault{http.StatusBadRequest, "ParameterNotFound"})
	case operation == "GetParameter":
		answer(w, http.StatusOK, map[string]any{"Parameter": all[len(all)-1].shown(in)})
	default:
		answer(w, http.StatusOK, page(all, in))
	}
}

// write answers PutParameter: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
func (s *Store) write(w http.ResponseWriter, in request) {
	const standard, advanced = 4 << 10, 8 << 10
	switch {
	case len(s.values[in.Name]) > 0 && !in.Overwrite:
		refuse(w, fault{http.StatusBadRequest, "ParameterAlreadyExists"})
	case in.Value == "" || len(in.Value) > advanced, len(in.Value) > standard && in.Tier != "Advanced" && in.Tier != "Intelligent-Tiering":
		refuse(w, fault{http.StatusBadRequest, "ValidationException"})
	default:
		n := s.put(in.Name, parameter{value: in.Value, kind: in.Type, tier: in.Tier, key: in.KeyId})
		answer(w, http.StatusOK, map[string]any{"Version": n, "Tier": in.Tier})
	}
}

// shown is a version as it is answered: a SecureString stays encrypted unless decryption is requested.
func (p parameter) shown(in request) map[string]any {
	value := p.value
	if p.kind == "SecureString" && !in.WithDecryption {
		value = "encrypted"
	}
	return map[string]any{"Name": in.Name, "Value": value, "Type": p.kind, "Version": p.version, "LastModifiedDate": 1769860800 + float64(p.version)}
}

// page is one page of a history, which begins with the oldest version.
func page(all []parameter, in request) map[string]any {
	from, _ := strconv.Atoi(in.NextToken)
	from = min(from, len(all))
	to := len(all)
	if in.MaxResults > 0 {
		to = min(to, from+in.MaxResults)
	}
	versions := []map[string]any{}
	for _, p := range all[from:to] {
		v := p.shown(in)
		v["Tier"], v["LastModifiedUser"] = p.tier, "arn:aws:iam::111122223333:user/owner"
		if p.key != "" {
			v["KeyId"] = p.key
		}
		versions = append(versions, v)
	}
	out := map[string]any{"Parameters": versions}
	if to < len(all) {
		out["NextToken"] = strconv.Itoa(to)
	}
	return out
}

func refuse(w http.ResponseWriter, f fault) {
	answer(w, f.status, map[string]any{"__type": f.code, "message": "refused"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
