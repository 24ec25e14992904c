/**
 * Jobs of every service: what is to run when, who runs it, what is remembered of it (config.md §6, datastore.md §10.5,
 * docs/adr/0010-jobs-are-request-files.md). What a job does lives in the services.
 *
 * <p>Whoever asks for work calls {@link io.reprise.platform.job.Jobs#request}: it has a task at once, and a file in
 * {@code <state>/requests/}. Whoever does work implements {@link io.reprise.platform.job.JobKind}, one for each
 * {@link io.reprise.platform.job.JobType}, and gives them to a {@link io.reprise.platform.job.JobRunner}; in the run it
 * calls {@link io.reprise.platform.job.JobRun#begin} once and {@link io.reprise.platform.job.JobRun#check} again and again.
 * Events that ask for work are made into files by {@link io.reprise.platform.job.RequestEvents}. Whoever shows jobs calls
 * {@link io.reprise.platform.job.Jobs#status}. Other things that one replica may do at a time take a
 * {@link io.reprise.platform.job.Lease} of their own.
 */
@NullMarked
package io.reprise.platform.job;

import org.jspecify.annotations.NullMarked;
