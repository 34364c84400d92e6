package io.hsaw.local;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error, where that is a terminal; nothing elsewhere. */
final class ProgressLine implements AutoCloseable {

    private static final int UNKNOWN = -1;

    private final ProgressBar bar;

    /** @param total how much there is, or a negative number if that is not known */
    ProgressLine(String task, long total) {
        bar = isTerminal()
                ? new ProgressBarBuilder().setTaskName(task).setInitialMax(Math.max(UNKNOWN, total))
                        .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(200).clearDisplayOnFinish().build()
                : null;
    }

    /** Whether standard error is a terminal: the launcher says so, since Java itself cannot tell. */
    static boolean isTerminal() {
        return Boolean.getBoolean("hsaw.terminal");
    }

    /** What to show beside the bar. */
    void say(String text) {
        if (bar != null) {
            bar.setExtraMessage(text);
        }
    }

    /** So much is done, of what is now known to be the total. */
    void at(long done, long total) {
        if (bar != null) {
            bar.maxHint(total);
            bar.stepTo(done);
        }
    }

    /** So much is done. */
    void at(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
