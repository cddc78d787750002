/** What a user wants decided otherwise than the recording did: parsed, checked against a workload, and put as decisions. */
package dev.hindsight.replay.policy;
