// Package guarddutytest is the part of GuardDuty's API that reads detectors and findings, for tests: moto
// has no findings.
//
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html
package guarddutytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Detector is the id of the one detector.
const Detector = "12abc34d567e8fa901bc2d34e56789f0"

// Server has findings as they are on the wire. The zero value has none.
type Server struct {
	// Lines are the findings, one a line.
	Lines []string
	// Second is the id of another detector, or "": AWS has one a Region, and does not promise it.
	Second string
	// Off tells that the Region has no detector; Denied are operations that are refused.
	Off    bool
	Denied []string
	// Throttles is how many requests are throttled before one is answered, each time.
	Throttles int
	// Dropped is the id of a finding that is listed and not given any more.
	Dropped string

	mu        sync.Mutex
	throttled int
	calls     []string
}

// Calls are the operations that were answered, in their order.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Operation is that of a request, or "" if it is none that is read here.
func Operation(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.Path, "/detector")
	switch {
	case r.Method == http.MethodGet && path == "":
		return "ListDetectors"
	case r.Method == http.MethodGet && strings.Count(path, "/") == 1:
		return "GetDetector"
	case r.Method == http.MethodPost && strings.HasSuffix(path, "/findings"):
		return "ListFindings"
	case r.Method == http.MethodPost && strings.HasSuffix(path, "/findings/get"):
		return "GetFindings"
	}
	return ""
}

// IsRequest tells whether a request is one of GuardDuty's API, by its path.
func IsRequest(r *http.Request) bool {
	return r.URL.Path == "/detector" || strings.HasPrefix(r.URL.Path, "/detector/")
}

// owned tells whether the request's detector is one of the account's.
func (s *Server) owned(r *http.Request) bool {
	detector, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/detector/"), "/")
	return r.URL.Path == "/detector" || detector == Detector || s.Second != "" && detector == s.Second
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(to http.ResponseWriter, from *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.throttled < s.Throttles {
		s.throttled++
		refuse(to, http.StatusTooManyRequests, "TooManyRequestsException", "slow down")
		return
	}
	s.throttled = 0
	operation := Operation(from)
	if slices.Contains(s.Denied, operation) {
		refuse(to, http.StatusForbidden, "AccessDeniedException", "not authorized to perform: guardduty:"+operation)
		return
	}
	if !s.owned(from) {
		refuse(to, http.StatusBadRequest, "BadRequestException", "The request is rejected because the input detectorId is not owned by the current account.")
		return
	}
	s.calls = append(s.calls, operation)
	switch operation {
	case "ListDetectors":
		ids := []string{Detector}
		if s.Second != "" {
			ids = append(ids, s.Second)
		}
		if s.Off {
			ids = []string{}
		}
		answer(to, map[string]any{"detectorIds": ids})
	case "GetDetector":
		answer(to, map[string]any{"status": "ENABLED", "findingPublishingFrequency": "FIFTEEN_MINUTES"})
	case "ListFindings":
		s.list(to, from)
	case "GetFindings":
		s.get(to, from)
	default:
		refuse(to, http.StatusBadRequest, "BadRequestException", from.Method+" "+from.URL.Path+" is no reading call")
	}
}

// list answers a page of ids.
func (s *Server) list(to http.ResponseWriter, from *http.Request) {
	var in struct {
		MaxResults      int    `json:"maxResults"`
		NextToken       string `json:"nextToken"`
		FindingCriteria struct {
			Criterion map[string]struct {
				GreaterThanOrEqual int64 `json:"greaterThanOrEqual"`
			} `json:"criterion"`
		} `json:"findingCriteria"`
	}
	if err := json.NewDecoder(from.Body).Decode(&in); err != nil || in.MaxResults < 1 || in.MaxResults > 50 {
		refuse(to, http.StatusBadRequest, "BadRequestException", fmt.Sprint("maxResults ", in.MaxResults, " ", err))
		return
	}
	var ids []string
	for _, f := range s.findings() {
		if f.UpdatedAt.UnixMilli() >= in.FindingCriteria.Criterion["updatedAt"].GreaterThanOrEqual {
			ids = append(ids, f.ID)
		}
	}
	begin, _ := strconv.Atoi(in.NextToken)
	end := min(begin+in.MaxResults, len(ids))
	out := map[string]any{"findingIds": append([]string{}, ids[begin:end]...), "nextToken": ""}
	if end < len(ids) {
		out["nextToken"] = strconv.Itoa(end)
	}
	answer(to, out)
}

// get answers findings, the last one first: GuardDuty keeps to no order.
func (s *Server) get(to http.ResponseWriter, from *http.Request) {
	var in struct {
		FindingIDs []string `json:"findingIds"`
	}
	if err := json.NewDecoder(from.Body).Decode(&in); err != nil || len(in.FindingIDs) < 1 || len(in.FindingIDs) > 50 {
		refuse(to, http.StatusBadRequest, "BadRequestException", fmt.Sprint(len(in.FindingIDs), " ids ", err))
		return
	}
	found := []json.RawMessage{}
	for _, f := range slices.Backward(s.findings()) {
		if slices.Contains(in.FindingIDs, f.ID) && f.ID != s.Dropped {
			found = append(found, f.text)
		}
	}
	answer(to, map[string]any{"findings": found})
}

type finding struct {
	ID        string    `json:"id"`
	UpdatedAt time.Time `json:"updatedAt"`
	text      json.RawMessage
}

func (s *Server) findings() (all []finding) {
	for _, line := range s.Lines {
		f := finding{text: json.RawMessage(line)}
		if err := json.Unmarshal(f.text, &f); err != nil {
			panic(err) // the test's own
		}
		all = append(all, f)
	}
	return all
}

func answer(to http.ResponseWriter, v any) {
	to.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(to).Encode(v)
}

func refuse(to http.ResponseWriter, status int, code, text string) {
	to.Header().Set("Content-Type", "application/json")
	to.Header().Set("X-Amzn-Errortype", code)
	to.WriteHeader(status)
	_ = json.NewEncoder(to).Encode(map[string]string{"__type": code, "message": text})
}
