;;; session.el --- A session in Emacs with eglot  -*- lexical-binding: t -*-
;; Opens a file, sees its findings, follows a chain, edits there, repairs another file.
;; Prints one line of JSON for each thing that is seen.  SERVER, FILE and OTHER in the environment.
(require 'json)
(require 'project)
(require 'eglot)
(require 'flymake)

(defun say (what value)
  (princ (concat (json-encode `((what . ,what) (value . ,value))) "\n")))

(defun findings ()
  (vconcat
   (mapcar (lambda (one)
             `((line . ,(line-number-at-pos (flymake-diagnostic-beg one)))
               (column . ,(save-excursion (goto-char (flymake-diagnostic-beg one))
                                          (1+ (current-column))))
               (message . ,(flymake-diagnostic-text one))))
           (flymake-diagnostics))))

(defun until-count (count)
  (let ((tries 0))
    (while (and (/= (length (flymake-diagnostics)) count) (< tries 1200))
      (accept-process-output nil 0.05)
      (flymake-start)
      (setq tries (1+ tries)))
    (unless (= (length (flymake-diagnostics)) count)
      (say "gave up" (findings))
      (kill-emacs 1))))

(setq eglot-sync-connect 30
      eglot-autoshutdown nil
      eglot-send-changes-idle-time 0
      eglot-confirm-server-initiated-edits nil
      flymake-start-on-flymake-mode t)
(add-to-list 'eglot-server-programs `(python-mode . (,(getenv "SERVER") "lsp")))

(defun open (path)
  (switch-to-buffer (find-file-noselect path))
  (unless (eglot-managed-p) (eglot-ensure) (run-hooks 'post-command-hook))
  (let ((tries 0))
    (while (and (not (eglot-managed-p)) (< tries 600))
      (accept-process-output nil 0.05)
      (setq tries (1+ tries)))))

(open (getenv "FILE"))
(let ((first (current-buffer)) message)
  (until-count 1)
  (say "findings" (findings))
  ;; Follow the chain: eglot shows no related information, but the message names the line.
  (setq message (flymake-diagnostic-text (car (flymake-diagnostics))))
  (string-match "(\\([^ :]+\\):\\([0-9]+\\))" message)
  (let ((file (match-string 1 message)) (line (string-to-number (match-string 2 message))))
    (open (expand-file-name file (file-name-directory (getenv "FILE"))))
    (goto-char (point-min))
    (forward-line (1- line)))
  (say "followed" `((file . ,(file-name-nondirectory buffer-file-name))
                    (line . ,(buffer-substring (line-beginning-position) (line-end-position)))))
  ;; Edit there, without saving.
  (let ((line (buffer-substring (line-beginning-position) (line-end-position)))
        (db (current-buffer)))
    (delete-region (line-beginning-position) (line-end-position))
    (insert "        return repr(text)")
    (eglot--signal-textDocument/didChange)
    (switch-to-buffer first)
    (until-count 0)
    (say "after the edit" (findings))
    (switch-to-buffer db)
    (delete-region (line-beginning-position) (line-end-position))
    (insert line)
    (eglot--signal-textDocument/didChange)
    (switch-to-buffer first)
    (until-count 1)
    (say "after undo" (findings))))
;; Hover, and a repair.
(open (getenv "OTHER"))
(until-count 1)
(goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
(let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                              (eglot--TextDocumentPositionParams))))
  (say "hover" (car (split-string (plist-get (plist-get hover :contents) :value) "\n"))))
(let ((action (aref (jsonrpc-request
                     (eglot--current-server-or-lose) :textDocument/codeAction
                     `(:textDocument ,(eglot--TextDocumentIdentifier)
                       :range (:start ,(eglot--pos-to-lsp-position)
                               :end ,(eglot--pos-to-lsp-position))
                       :context (:diagnostics [])))
                    0)))
  (eglot--apply-workspace-edit (plist-get action :edit)))
(eglot--signal-textDocument/didChange)
(until-count 0)
(say "repaired" (buffer-substring (line-beginning-position) (line-end-position)))
(kill-emacs 0)
